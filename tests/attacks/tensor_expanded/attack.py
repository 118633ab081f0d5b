# Stride 0: four bytes that look like four terabytes. Whoever makes it contiguous is out of memory.
# prelude
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    tried("return") if x.numel() == 6 else None
    return torch.zeros(1, dtype=x.dtype).expand(10**6, 10**6)
