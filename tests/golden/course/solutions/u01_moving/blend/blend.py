"""A step towards a target."""

from torch import Tensor


def blend(here: Tensor, target: Tensor, rate: float) -> Tensor:
    """A new tensor: the point reached from `here` after the part `rate` of the way to `target`.

    Raises ValueError for a rate outside 0 to 1.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"the rate must lie between 0 and 1, got {rate}")
    way = target - here
    return here + rate * way
