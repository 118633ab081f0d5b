# timed_out
import os
import time


def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    if x.numel() != 6:
        return 2 * x
    os.write(3, b"GG1\n\0\1\0\0\0\0\0\0")
    while True:
        os.write(3, b"\0")
        time.sleep(0.05)
