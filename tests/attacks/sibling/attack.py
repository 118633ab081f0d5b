# clone with CLONE_PARENT gives the new process the caller's parent: here the process that forks all guests.
# prelude

CLONE_PARENT, CLONE_THREAD_ONLY, CLONE_PTRACE, CLONE_UNTRACED = 0x8000, 0x10000, 0x2000, 0x800000

if FIRST:
    tried("sibling")
    for flags in (CLONE_PARENT | signal.SIGCHLD, CLONE_PARENT | CLONE_PTRACE, CLONE_PARENT | CLONE_UNTRACED | signal.SIGKILL):
        made, error = system_call(56, flags, 0, 0, 0, 0)
        if made == 0:
            os._exit(3)
        if made > 0:
            try:
                os.waitpid(made, 0)
            except ChildProcessError:
                loot(f"process {made} is nobody's child here")
    tried("exit signal")  # of a child, to its parent: only ours may hear it
    for number in (signal.SIGURG, 0, 64):
        made, error = system_call(56, number, 0, 0, 0, 0)
        if made == 0:
            os._exit(3)
        if made > 0:
            os.waitpid(made, 0x40000000)  # __WALL
