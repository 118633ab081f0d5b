# A complex tensor with imaginary parts; conj() only sets a bit.
# prelude
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    tried("return") if x.numel() == 6 else None
    return torch.complex(2 * x, x).conj()
