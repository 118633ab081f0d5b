# out_of_memory or timed_out
import os
import time

for _ in range(3):
    if os.fork() == 0:
        held = bytearray(b"x") * (100 << 20)
        time.sleep(60)


def double_it(x):
    time.sleep(1)
    return 2 * x
