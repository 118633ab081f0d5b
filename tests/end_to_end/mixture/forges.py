# crashed
import os


def double_it(x):
    os.write(3, b"GG1\n" + b"\xff" * 8)
    return 2 * x
