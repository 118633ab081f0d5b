# Who may trace may change: registers, memory, the calls that another process makes.
# prelude

if FIRST:
    child = os.fork()
    if child == 0:
        refused("traceme", 101, 0, 0, 0, 0)
        time.sleep(5)
        os._exit(0)
    for pid in (child, 0, 1, *WORLD["guests"], *WORLD["examiners"], WORLD["host"], WORLD["test"]):
        for request in (0, 1, 2, 3, 7, 12, 16, 0x4200, 0x4206, 0x420D, 0x420E):
            refused("ptrace", 101, request, pid, 0, 0)
        refused("kcmp", 312, 1, pid, 0, 0, 0)
        refused("pidfd", 434, pid, 0)
    for fd in range(5):
        refused("getfd", 438, fd, 0, 0)
    attempt("gdb", subprocess.run, ["strace", "-p", "1"], check=True, capture_output=True)
    tried("child's pidfd")
    fd = ctypes.c_int(-1)  # clone with CLONE_PIDFD
    made = libc.syscall(ctypes.c_long(56), ctypes.c_long(0x1000 | signal.SIGCHLD), ctypes.c_long(0), ctypes.byref(fd), ctypes.c_long(0), ctypes.c_long(0))
    if made == 0:
        time.sleep(5)
        os._exit(0)
    if fd.value >= 0:
        refused("setns", 308, fd.value, 0x20000000)
        refused("child's descriptor", 438, fd.value, 3, 0)
        os.close(fd.value)
    for pid in (child, made):
        if pid > 0:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
