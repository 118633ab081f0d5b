# A timer that rings every five milliseconds interrupts whatever this process does, between calls as well.
# prelude
import contextlib

RINGS = []
if FIRST:
    tried("handlers")
    for number in range(1, signal.NSIG):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, lambda *args: RINGS.append(1))
    tried("timers")
    signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
    signal.setitimer(signal.ITIMER_PROF, 0.005, 0.005)
    signal.siginterrupt(signal.SIGALRM, True)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGPIPE])
    signal.set_wakeup_fd(-1)
    libc.prctl(1, 0, 0, 0, 0)  # and no signal when the parent ends
