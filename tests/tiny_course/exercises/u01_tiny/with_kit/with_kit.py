"""A function, applied twice."""

from collections.abc import Callable

from torch import Tensor


def apply_twice(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return f(f(x))."""
    raise NotImplementedError
