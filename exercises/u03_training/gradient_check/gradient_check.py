"""Gradients from function values alone, and the comparison of two gradients."""

from typing import Callable

import torch
from torch import Tensor


def numerical_gradient(f: Callable[[Tensor], Tensor], x: Tensor, h: float = 1e-5) -> Tensor:
    """Return the central differences of f at x, one for each entry of x, with its shape, dtype and device.

    f takes a tensor like x and returns a 0-dimensional tensor, which may be a view into what it was given. x: floating,
    any shape. For each entry, that entry alone is moved by h to both sides; all others are as in x.
    Raises ValueError if h is not above 0. When the function returns, x is as it was, to the last bit.
    """
    raise NotImplementedError


def relative_error(a: Tensor, b: Tensor) -> float:
    """Return the largest of |a - b| / (|a| + |b|) over all entries, as a float; 0 where both entries are 0.

    a, b: floating, of the same shape (any). Raises ValueError when the shapes differ. Pure.
    """
    raise NotImplementedError


def check_gradient(
    f: Callable[[Tensor], Tensor],
    grad_f: Callable[[Tensor], Tensor],
    x: Tensor,
    h: float = 1e-5,
    tol: float = 1e-6,
) -> bool:
    """Return whether the numerical gradient of f at x and `grad_f(x)` have a relative error of at most `tol`.

    h is the step of the numerical gradient. Pure.
    """
    raise NotImplementedError
