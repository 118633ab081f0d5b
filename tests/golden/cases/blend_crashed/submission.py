import torch
from torch import Tensor


def blend(here: Tensor, target: Tensor, rate: float) -> Tensor:
    if not 0 <= rate <= 1:
        raise ValueError("the rate must lie between 0 and 1")
    steps = [rate * way for way in target - here]
    return here + torch.stack(steps[: len(steps) + 1]) * steps[len(steps)]
