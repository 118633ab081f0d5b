# Process 1 of a namespace dies of no signal but the kernel's own; abort() makes one.
# prelude
def exhaust():
    tried("start")
    os.abort()


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
