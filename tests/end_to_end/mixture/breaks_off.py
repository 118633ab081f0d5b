# crashed
import os


def double_it(x):
    os.write(3, b"GG1\n\0\1\0\0\0\0\0\0" + bytes(9))
    os.close(3)
    return 2 * x
