from torch import Tensor


def blend(here: Tensor, target: Tensor, rate: float) -> Tensor:
    """Bad rates are forgotten above 1."""
    if rate < 0:
        raise ValueError("negative")
    return here + rate * (target - here)
