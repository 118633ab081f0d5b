"""One step of gradient descent on a list of parameters, in place.

The step is Cauchy's (1847); with gradients of random batches it is Robbins and Monro's, "A Stochastic Approximation
Method" (1951). The decay is that of Krogh and Hertz, "A Simple Weight Decay Can Improve Generalization" (1991).
"""

import torch
from torch import Tensor


def sgd_step(
    params: list[Tensor],
    grads: list[Tensor | None],
    lr: float,
    weight_decay: float = 0.0,
    maximize: bool = False,
) -> None:
    """Move every parameter one step against its gradient: p <- p - lr * (g + weight_decay * p), in place.

    `params` and `grads` are equally long lists of tensors of equal shapes; where a gradient is None, its parameter
    stays as it is. With `maximize` the gradient's sign is turned around, the decay's is not.

    Raises ValueError if `lr` or `weight_decay` is negative, or if the lists differ in length; no parameter has moved.
    """
    if lr < 0:
        raise ValueError(f"the learning rate must not be negative, got {lr}")
    if weight_decay < 0:
        raise ValueError(f"the weight decay must not be negative, got {weight_decay}")
    if len(params) != len(grads):
        raise ValueError(f"{len(params)} parameters need as many gradients, got {len(grads)}")

    for p, g in zip(params, grads):
        if g is None:
            continue
        # Only now does decay join in, so that it pulls towards zero whichever way we climb. These lines make a new
        # tensor d: the gradient belongs to the caller.
        d = -g if maximize else g
        d = d + weight_decay * p
        # `p = p - ...` would give the name p to a new tensor, and the caller's would stay as it was.
        p.sub_(lr * d)
