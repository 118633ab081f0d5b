"""Twice a tensor."""

from torch import Tensor


def double_it(x: Tensor) -> Tensor:
    """Return a new tensor with every entry of `x` doubled.

    Raises ValueError unless `x` has a floating type.
    """
    if not x.is_floating_point():
        raise ValueError(f"a floating type is needed, got {x.dtype}")
    return 2 * x
