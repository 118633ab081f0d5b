"""Activation checkpointing: forget the inner values of a segment and compute them again when they are needed."""

from typing import Callable

import torch
from torch import Tensor


def checkpoint(fn: Callable[..., Tensor], *args: Tensor) -> Tensor:
    """The value of `fn(*args)`, a floating tensor, computed without keeping the inner values of `fn`.

    fn: any callable that takes the args and returns one floating tensor. It may use parameters of its own, and the
        CPU's global random stream (dropout).
    args: floating tensors, at least one; some or all of them may not require a gradient.

    Forward: exactly one call of `fn`, while gradients are not tracked. The result requires a gradient, even if none of
    the args does.
    Backward (of something that was computed from the result): exactly one more call of `fn`, while gradients are
    tracked, on detached copies of the args. The args that require gradients and the parameters that `fn` uses get the
    gradients that `fn(*args)` would have given them. The second call sees the random numbers of the first, and
    afterwards the random stream is where it was before the backward pass.
    """
    raise NotImplementedError


def checkpoint_sequential(functions: list[Callable[[Tensor], Tensor]], segments: int, x: Tensor) -> Tensor:
    """Put `x` through all functions in their order, with every segment of the list checkpointed.

    There are `segments` segments of `len(functions) // segments` neighbours each; the last one takes the remainder as
    well.

    Raises ValueError if `segments` is below 1 or above the number of functions.
    """
    raise NotImplementedError
