# crashed
import ctypes


def double_it(x):
    if x.numel() == 6:
        ctypes.string_at(0)
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
