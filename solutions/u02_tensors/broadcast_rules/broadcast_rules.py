"""The shape rules of broadcasting ("The NumPy Array", van der Walt, Colbert and Varoquaux, 2011) and their transpose:
what was copied on the way forwards is summed on the way back.
"""

from itertools import zip_longest

import torch
from torch import Tensor


def broadcast_shape(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the common shape; raises ValueError where two sizes differ and neither is 1."""
    common = []
    for sizes in zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):  # from the last axis on
        lengths = {size for size in sizes if size != 1}  # 0 is a length like any other
        if len(lengths) > 1:
            raise ValueError(f"sizes {sorted(lengths)} do not fit together")
        common.append(lengths.pop() if lengths else 1)
    return tuple(reversed(common))


def unbroadcast(grad: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return `grad` summed to `shape`, over the axes along which a tensor of that shape was copied.

    Raises ValueError when `shape` cannot be broadcast to that of `grad`.
    """
    if broadcast_shape(grad.shape, shape) != tuple(grad.shape):
        raise ValueError(f"a tensor of shape {shape} cannot be broadcast to {tuple(grad.shape)}")
    total = grad.clone()
    for _ in range(grad.dim() - len(shape)):
        total = total.sum(dim=0)  # an axis that was added in front
    for axis, size in enumerate(shape):
        if size == 1:
            total = total.sum(dim=axis, keepdim=True)
    return total


def add_backward(grad_out: Tensor, a_shape: tuple[int, ...], b_shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Return the gradients of a + b: the slope towards both is 1."""
    return unbroadcast(grad_out, a_shape), unbroadcast(grad_out, b_shape)


def mul_backward(grad_out: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return the gradients of a * b: the slope towards one factor is the other."""
    return unbroadcast(grad_out * b, a.shape), unbroadcast(grad_out * a, b.shape)
