# /proc tells command lines, environments, open files and memory of all processes that share its namespace.
# prelude

if FIRST:
    numbers = [1, 2, "self", "thread-self", os.getpid(), WORLD["host"], WORLD["test"], *WORLD["examiners"], *WORLD["guests"]]
    for number in numbers:
        for name in ("environ", "maps", "mem", "cmdline", "status", "mountinfo", "smaps", "stack", "syscall", "auxv"):
            attempt("files", lambda: open(f"/proc/{number}/{name}", "rb").read(100))
        for name in ("fd", "root", "cwd", "ns", "task", "map_files", "fdinfo"):
            attempt("folders", os.listdir, f"/proc/{number}/{name}")
        for name in ("exe", "root", "cwd", "ns/pid", "fd/0", "fd/3"):
            attempt("links", os.readlink, f"/proc/{number}/{name}")
    tried("empty")
    if os.listdir("/proc"):
        loot(os.listdir("/proc"))
    attempt("write", open, "/proc/owned", "w")
    for name in ("kallsyms", "kcore", "keys", "meminfo", "sys/kernel/core_pattern", "sysrq-trigger", "self/oom_score_adj"):
        attempt("machine", open, f"/proc/{name}", "rb")
    for path in ("/dev/fd/0", "/dev/fd/3", "/dev/stdin", "/dev/stdout"):
        attempt("dev", open, path, "rb")
    for folder in ("/sys", "/sys/kernel", "/sys/fs/cgroup", "/sys/devices", "/sys/class"):
        attempt("sys", os.listdir, folder)
