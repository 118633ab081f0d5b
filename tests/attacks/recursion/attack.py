# Python stops it with an exception that names the line.
# prelude
def exhaust():
    tried("start") if sys._getframe().f_back.f_code is double_it.__code__ else None
    return exhaust()


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
