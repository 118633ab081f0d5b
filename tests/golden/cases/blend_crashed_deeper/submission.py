import torch
from torch import Tensor


def blend(here: Tensor, target: Tensor, rate: float) -> Tensor:
    if not 0 <= rate <= 1:
        raise ValueError("the rate must lie between 0 and 1")
    return here + _part(target - here, rate)


def _part(way: Tensor, rate: float) -> Tensor:
    parts = {"whole": 1.0}
    return way * parts[f"{rate:.2f}"]
