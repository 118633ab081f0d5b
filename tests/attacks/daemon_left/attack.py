# It waits for the next student. Nothing but the end of its pid namespace can end it.
# prelude
import contextlib

if FIRST:
    tried("daemon")
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.closerange(0, 1024)
                os.umask(0)
                for number in range(1, signal.NSIG):
                    with contextlib.suppress(OSError, ValueError):
                        signal.signal(number, signal.SIG_IGN)
                signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
                for _ in range(300):
                    time.sleep(0.1)
                    with contextlib.suppress(OSError):
                        open("/dev/shm/owned_daemon", "a").close()
            os._exit(0)
        os.wait()
