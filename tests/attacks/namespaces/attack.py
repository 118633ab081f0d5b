# In a user namespace of one's own one is root, with all the kernel's code that only root can reach.
# prelude

FLAGS = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x80]


def leave_if_child(result):
    if result == 0:
        os._exit(7)


if FIRST:
    for flag in FLAGS:
        for more in (0, 0x10000000, 1 << 40):
            refused("unshare", 272, flag | more)
        if flag != 0x80:
            for more in (signal.SIGCHLD, 0x10000000 | signal.SIGCHLD, 1 << 40, 1 << 63 >> 1):
                tried("clone")
                result, error = system_call(56, flag | more, 0, 0, 0, 0)
                leave_if_child(result)
                if result != -1 or error != "EPERM":
                    loot(f"clone with {flag:#x}, {more:#x}: {result} {error}")
        arguments = (ctypes.c_uint64 * 11)(flag, 0, 0, 0, signal.SIGCHLD)
        for size in (64, 80, 88):
            tried("clone3")
            result, error = system_call(435, arguments, size)
            leave_if_child(result)
            if result != -1 or error != "ENOSYS":
                loot(f"clone3 with {flag:#x}: {result} {error}")
        for fd in range(-1, 5):
            refused("setns", 308, fd, flag)
    for word in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"):
        attempt("open", os.open, f"/proc/1/ns/{word}", os.O_RDONLY)
    attempt("program", subprocess.run, ["unshare", "-Ur", "id"], check=True, capture_output=True)
    attempt("nsenter", subprocess.run, ["nsenter", "-t", "1", "-m", "-p", "id"], check=True, capture_output=True)
    tried("threads")  # a thread is a clone, too, and is allowed
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
