# One operation in C: no signal handler of Python would run before it ends.
# prelude
def exhaust():
    tried("start")
    sys.set_int_max_str_digits(0)
    return len(str(7 ** (4 * 10**6))) + len(str(7 ** (5 * 10**6)))


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
