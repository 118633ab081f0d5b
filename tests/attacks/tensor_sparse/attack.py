# Sparse tensors have values and shape, and no bytes that could be read in order.
# prelude
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    tried("return") if x.numel() == 6 else None
    return (2 * x).to_sparse() if x.dtype == torch.float32 else (2 * x).to_sparse_csr() if x.dim() == 2 else 2 * x
