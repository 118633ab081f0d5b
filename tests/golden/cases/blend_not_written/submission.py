"""A step towards a target."""

from torch import Tensor


def blend(here: Tensor, target: Tensor, rate: float) -> Tensor:
    """A new tensor: the point reached from `here` after the part `rate` of the way to `target`.

    Raises ValueError for a rate outside 0 to 1.
    """
    raise NotImplementedError
