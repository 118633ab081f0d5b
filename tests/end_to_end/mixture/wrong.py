# wrong
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 3 * x
