# Signal 0 asks whether a process could be signalled, and SIGURG does nothing: enough to know, without harm.
# prelude
import fcntl, struct

if FIRST:
    others = [WORLD["host"], WORLD["test"], *WORLD["examiners"], *WORLD["guests"]]
    gone = ("ESRCH", "EPERM", "EINVAL")
    info = ctypes.create_string_buffer(struct.pack("iii", signal.SIGURG, 0, -1) + bytes(116), 128)
    for pid in others:
        for number in (0, signal.SIGURG):
            attempt("kill", os.kill, pid, number)
            attempt("killpg", os.killpg, pid, number)
            refused("tkill", 200, pid, number, by=gone)
            refused("tgkill", 234, pid, pid, number, by=gone)
        refused("queue", 129, pid, signal.SIGURG, info, by=gone)
        refused("tgqueue", 297, pid, pid, signal.SIGURG, info, by=gone)
        refused("pidfd_open", 434, pid, 0)
        attempt("owner", fcntl.fcntl, 1, fcntl.F_SETOWN, pid)
        attempt("owner of a group", fcntl.fcntl, 1, fcntl.F_SETOWN, -pid)
        refused("robust list", 274, pid, ctypes.byref(ctypes.c_long()), ctypes.byref(ctypes.c_long()), by=gone)
        attempt("join", os.setpgid, 0, pid)
        attempt("take over", os.setpgid, pid, pid)
    tried("everybody")

    def all_but_me():
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            return 0
        return 3

    if in_child(all_but_me) != 0:
        loot("kill(-1) from a child reached somebody")
    attempt("parent", os.kill, os.getppid() or WORLD["guests"][-1], 0)
    refused("invisible parent", 200, 0, 0, by=("EINVAL",))
