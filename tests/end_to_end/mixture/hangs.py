# timed_out
def double_it(x):
    while x.numel() == 6:
        pass
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
