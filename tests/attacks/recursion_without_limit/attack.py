# The stack overflows for real, and the process dies of it.
# prelude
class Deep:
    def __neg__(self):
        return -self


def exhaust():
    tried("start")
    sys.setrecursionlimit(10**9)
    -Deep()


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
