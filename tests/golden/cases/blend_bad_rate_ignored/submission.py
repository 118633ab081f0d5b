from torch import Tensor


def blend(here: Tensor, target: Tensor, rate: float) -> Tensor:
    rate = min(max(rate, 0.0), 1.0)
    return here + rate * (target - here)
