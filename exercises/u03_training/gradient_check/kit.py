"""Functions from tensors to single numbers, for your gradients to be tried on. They run beside your code."""

import torch
from torch import Tensor


def example(x: Tensor) -> Tensor:
    """The worked example of the statement: the first number cubed, plus the product of both."""
    return x[0] ** 3 + x[0] * x[1]


def squares(x: Tensor) -> Tensor:
    """The sum of the squares."""
    return (x * x).sum()


def cubes(x: Tensor) -> Tensor:
    """The sum of the cubes."""
    return (x * x * x).sum()


def exponentials(x: Tensor) -> Tensor:
    """The sum of e to the power of each number."""
    return x.exp().sum()


def chain(x: Tensor) -> Tensor:
    """The sum of the products of neighbours, row after row: every number matters to two others."""
    flat = x.reshape(-1)
    return (flat[1:] * flat[:-1]).sum()


def last(x: Tensor) -> Tensor:
    """The last number: not a copy of it, but a view into x."""
    return x[(-1,) * x.dim()]


def bowl(x: Tensor) -> Tensor:
    """A third of the cubes plus the exponentials; its slope is never close to 0."""
    return (x**3 / 3 + x.exp()).sum()


def bowl_slope(x: Tensor) -> Tensor:
    """The gradient of `bowl`."""
    return x**2 + x.exp()


def bowl_slope_with_a_slip(factor: float):
    """A function that returns the gradient of `bowl` with one wrong entry: the last one is multiplied by `factor`."""

    def slope(x: Tensor) -> Tensor:
        found = x**2 + x.exp()
        found[(-1,) * x.dim()] *= factor
        return found

    return slope


def waves(x: Tensor) -> Tensor:
    """The sum of sines with waves so short that even a small step shows."""
    return (1e4 * x).sin().sum()


def wave_slope(x: Tensor) -> Tensor:
    """The gradient of `waves`."""
    return 1e4 * (1e4 * x).cos()


def three_times_too_much(x: Tensor) -> Tensor:
    """A wrong gradient of `squares`."""
    return 6 * x


def first_row(x: Tensor) -> Tensor:
    """The exponentials of the first row; all other rows do not matter."""
    return x[0].exp().sum()


def first_row_slope(x: Tensor) -> Tensor:
    """The gradient of `first_row`: exactly 0 in all other rows."""
    found = torch.zeros_like(x)
    found[0] = x[0].exp()
    return found
