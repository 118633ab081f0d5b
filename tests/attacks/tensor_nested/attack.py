# size() of a nested tensor raises, and its numbers have no common shape.
# prelude
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    tried("return") if x.numel() == 6 else None
    import warnings

    warnings.simplefilter("ignore")
    return torch.nested.nested_tensor([2 * row for row in x] if x.dim() == 2 else [2 * x])
