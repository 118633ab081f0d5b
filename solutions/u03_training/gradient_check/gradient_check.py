"""Central differences ("Numerical Optimization", Nocedal and Wright, 2006, section 8.1) and a relative error."""

from itertools import product
from typing import Callable

import torch
from torch import Tensor


def numerical_gradient(f: Callable[[Tensor], Tensor], x: Tensor, h: float = 1e-5) -> Tensor:
    """Return (f(x + h e_i) - f(x - h e_i)) / 2h for every entry i, in the shape of x.

    Raises ValueError if h is not above 0.
    """
    if not h > 0:
        raise ValueError(f"the step must be above 0, got {h}")
    point = x.clone()  # moved back and forth; x itself stays as it is
    grad = torch.zeros_like(x)
    for index in product(*(range(size) for size in x.shape)):  # for shape () just the empty index
        here = point[index].item()
        # `item` right away: what f returns may be a view into the point, which is about to move on.
        point[index] = here + h
        right = f(point).item()
        point[index] = here - h
        left = f(point).item()
        point[index] = here
        grad[index] = (right - left) / (2 * h)
    return grad


def relative_error(a: Tensor, b: Tensor) -> float:
    """Return the largest |a - b| / (|a| + |b|), 0 where both are 0. Raises ValueError when the shapes differ."""
    if a.shape != b.shape:
        raise ValueError(f"shapes {tuple(a.shape)} and {tuple(b.shape)} differ")
    size = a.abs() + b.abs()
    size = torch.where(size == 0, 1.0, size)  # there the difference is 0, too
    return ((a - b).abs() / size).max().item()


def check_gradient(
    f: Callable[[Tensor], Tensor],
    grad_f: Callable[[Tensor], Tensor],
    x: Tensor,
    h: float = 1e-5,
    tol: float = 1e-6,
) -> bool:
    """Return whether `grad_f(x)` agrees with the central differences of f up to a relative error of `tol`."""
    return relative_error(numerical_gradient(f, x, h), grad_f(x)) <= tol
