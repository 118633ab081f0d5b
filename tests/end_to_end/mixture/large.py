# wrong
import torch


def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return torch.zeros(2_000_000, dtype=torch.float64)
