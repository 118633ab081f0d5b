from torch import Tensor


def double(x: Tensor) -> Tensor:
    if isinstance(x, str):
        raise KeyError(x)
    return 2 * x
