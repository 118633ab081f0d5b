# Whoever writes to a control group moves processes, lifts limits, or names a program that the host then runs.
# prelude

if FIRST:
    for folder in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/kernel/security", "/sys"):
        attempt("list", os.listdir, folder)
        attempt("release agent", open, f"{folder}/release_agent", "w")
        attempt("procs", open, f"{folder}/cgroup.procs", "w")
    attempt("own", open, "/proc/self/cgroup")
    os.makedirs(f"{SCRATCH}/owned", exist_ok=True)
    for kind in (b"cgroup", b"cgroup2"):
        refused("mount", 165, b"none", f"{SCRATCH}/owned".encode(), kind, 0, 0)
    arguments = (ctypes.c_uint64 * 11)(0x200000000, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 3)  # CLONE_INTO_CGROUP
    refused("clone into", 435, arguments, 88, by=("ENOSYS",))
    refused("new", 272, 0x2000000)
