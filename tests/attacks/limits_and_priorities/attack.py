# What a process may use is inherited by what it forks, never by what comes after it.
# prelude
import contextlib

if FIRST:
    tried("limits")
    for which, value in ((resource.RLIMIT_NOFILE, 40), (resource.RLIMIT_STACK, 1 << 20), (resource.RLIMIT_FSIZE, 1 << 16), (resource.RLIMIT_CPU, 15)):
        resource.setrlimit(which, (value, value))
    tried("priority")
    os.nice(19)
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {0})
    for which, who in ((os.PRIO_PROCESS, 0), (os.PRIO_PGRP, 0), (os.PRIO_USER, os.getuid())):
        with contextlib.suppress(OSError):
            os.setpriority(which, who, 19)
    libc.prctl(4, 0, 0, 0, 0)  # not dumpable
    tried("up")
    for better in (lambda: os.nice(-5), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)), lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (400, 400))):
        try:
            better()
            loot("more than it was given")
        except (OSError, ValueError):
            pass
