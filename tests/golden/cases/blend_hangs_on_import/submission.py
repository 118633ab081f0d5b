import torch
from torch import Tensor


def blend(here: Tensor, target: Tensor, rate: float) -> Tensor:
    if not 0 <= rate <= 1:
        raise ValueError("the rate must lie between 0 and 1")
    return here + rate * (target - here)


while blend(torch.zeros(1), torch.ones(1), 0.5) < 1:
    pass
