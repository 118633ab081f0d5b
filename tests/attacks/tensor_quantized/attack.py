# Its bytes are not its values.
# prelude
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    tried("return") if x.numel() == 6 else None
    import warnings

    warnings.simplefilter("ignore")
    return torch.quantize_per_tensor((2 * x).float(), 0.5, 0, torch.quint8)
