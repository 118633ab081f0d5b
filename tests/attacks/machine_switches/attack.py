# None of these needs a hole, only a right that was forgotten.
# prelude

if FIRST:
    block = ctypes.create_string_buffer(256)
    denied = ("EPERM", "ENOSYS", "EINVAL", "EFAULT", "EACCES", "ENOTBLK", "ENODEV", "ESRCH", "ENOENT", "EBADF")
    refused("reboot", 169, 0xFEE1DEAD, 672274793, 0x1234567, 0)
    refused("swapon", 167, b"/tmp/owned", 0)
    refused("swapoff", 168, b"/dev/sda1")
    refused("acct", 163, f"{SCRATCH}/owned".encode())
    refused("quota", 179, 0x800007 << 8, 0, 0, block)
    refused("quota by descriptor", 443, 3, 0x800007 << 8, 0, block, by=denied)
    refused("host name", 170, b"owned", 5)
    refused("domain name", 171, b"owned", 5)
    moment = (ctypes.c_long * 2)(1, 0)
    refused("time of day", 164, moment, 0)
    refused("clock", 227, 0, moment)
    ctypes.memset(block, 0, 256)
    block[0] = 1
    refused("adjust", 159, block, by=("EPERM",))
    refused("clock adjust", 305, 0, block, by=("EPERM",))
    refused("hang up", 153, by=("EPERM",))
    refused("log", 103, 5, 0, 0)
    refused("limits", 302, 0, resource.RLIMIT_NPROC, (ctypes.c_ulong * 2)(10**6, 10**6), 0)
    for name in ("DATA", "CPU", "NPROC", "NOFILE", "FSIZE", "CORE"):
        which = getattr(resource, "RLIMIT_" + name)
        hard = resource.getrlimit(which)[1]
        attempt("raise", resource.setrlimit, which, (hard + 1, hard + 1))
    attempt("lock memory", lambda: check_lock())
    attempt("nice", os.nice, -1)


def check_lock():
    if libc.mlockall(3) != 0:
        raise OSError(ctypes.get_errno(), "mlockall")
