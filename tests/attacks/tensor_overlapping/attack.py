# Strides of an attacker: as_strided with stride 0, and a storage that is shrunk after the view was made.
# prelude
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    tried("return") if x.numel() == 6 else None
    if x.dtype == torch.float32:
        return x.as_strided((2, 3), (0, 0))
    if x.numel() == 6 and FIRST:
        whole = torch.zeros(1 << 20, dtype=x.dtype)
        view = whole.as_strided((2, 3), (1 << 18, 1), 5)
        whole.untyped_storage().resize_(8)
        return view
    return 2 * x
