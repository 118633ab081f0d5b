# The examiner knows every expected value; it is only another process of this machine.
# prelude

PROCESS_VM_READV, PROCESS_VM_WRITEV, PROCESS_MADVISE, PTRACE, KCMP, MOVE_PAGES, MIGRATE_PAGES = 310, 311, 440, 101, 312, 279, 256


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


if FIRST:
    buffer = ctypes.create_string_buffer(64)
    local = Iovec(ctypes.addressof(buffer), 64)
    remote = Iovec(id(None), 64)
    numbers = [0, 1, 2, 3, WORLD["host"], WORLD["test"], *WORLD["examiners"], *WORLD["guests"]]
    for pid in numbers:
        refused("readv", PROCESS_VM_READV, pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
        refused("writev", PROCESS_VM_WRITEV, pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
        refused("madvise", PROCESS_MADVISE, pid, ctypes.byref(remote), 1, 4, 0)
        for request in (16, 0x4206, 1, 2):  # attach, seize, peek
            refused("ptrace", PTRACE, request, pid, id(None), 0)
        refused("kcmp", KCMP, os.getpid(), pid, 0, 1, 1)
        if pid > 3:
            refused("move_pages", MOVE_PAGES, pid, 0, 0, 0, 0, 0, by=("ESRCH", "EPERM", "ENOSYS"))
            refused("migrate_pages", MIGRATE_PAGES, pid, 8, 0, 0, by=("ESRCH", "EPERM", "EINVAL", "ENOSYS"))
        attempt("mem", open, f"/proc/{pid}/mem", "rb")
    for path in ("/dev/mem", "/dev/kmem", "/proc/kcore", "/dev/port", "/dev/crash", "/dev/vcs", "/dev/fb0"):
        attempt("devices", open, path, "rb")
    child = os.fork()
    if child == 0:
        time.sleep(5)
        os._exit(0)
    refused("own child", PTRACE, 16, child, 0, 0)
    refused("own child's memory", PROCESS_VM_READV, child, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
