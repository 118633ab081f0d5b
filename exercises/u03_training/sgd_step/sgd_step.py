"""One step of gradient descent on a list of parameters, in place."""

import torch
from torch import Tensor


def sgd_step(
    params: list[Tensor],
    grads: list[Tensor | None],
    lr: float,
    weight_decay: float = 0.0,
    maximize: bool = False,
) -> None:
    """Move every parameter one step against its gradient, in place.

    `params` holds floating tensors of any shape, also views with gaps in memory. `grads` holds one gradient for each
    of them, in the same order, with the same shape, dtype and device. Where a gradient is None, its parameter stays as
    it is, without any decay. The gradients are not changed.

    `lr` is the length of the step relative to the gradient, `weight_decay` the strength of an additional pull towards
    zero. With `maximize` the step goes up along the gradient instead of down; the pull towards zero remains a pull
    towards zero.

    Returns None. Raises ValueError if `lr` or `weight_decay` is negative, or if the two lists differ in length, and
    then no parameter has moved.
    """
    raise NotImplementedError
