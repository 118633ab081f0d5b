from torch import Tensor


def blend(here: Tensor, target: Tensor, rate: float) -> Tensor:
    return here - rate * (target - here)
