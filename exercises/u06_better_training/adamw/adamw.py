"""AdamW: Adam with weight decay next to the gradient step, not inside it."""

import torch
from torch import Tensor


class AdamW:
    """The AdamW optimizer over a list of parameters, as `torch.optim.AdamW` defines it.

    Attributes that may be read at any time:

    * `lr` (float): the learning rate; it may be changed between steps, each step uses its present value.
    * `exp_avg`, `exp_avg_sq` (list[Tensor]): running averages of the gradient and of its square, not corrected;
      one tensor per parameter with its shape, dtype and device, zeros before the first step.
    * `max_exp_avg_sq` (list[Tensor]): with AMSGrad, the largest value so far of each entry of `exp_avg_sq`;
      zeros before the first step.
    * `t` (list[int]): how many steps each parameter has taken.
    """

    def __init__(
        self,
        params: list[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        maximize: bool = False,
    ):
        """Remember the parameters (floating tensors of any shape) and the settings; nothing moves yet.

        Raises ValueError if `lr`, `eps` or `weight_decay` is negative, or if a beta is outside [0, 1).
        """
        raise NotImplementedError

    def step(self, grads: list[Tensor | None]) -> None:
        """Decay and update every parameter in place; `grads` has one gradient per parameter, in the same order.

        The gradients stay as they are. Where a gradient is None, the parameter does not even decay, and its
        averages and its step count stay as they are.

        Raises ValueError if `grads` and the parameters differ in number, before anything is changed.
        """
        raise NotImplementedError


def decay_groups(named_params: list[tuple[str, Tensor]]) -> tuple[list[str], list[str]]:
    """Split parameters into those that should decay and those that should not.

    Takes pairs of name and parameter. Returns two lists of names, both in the order of the input: first the
    parameters with two or more axes, then all others.
    """
    raise NotImplementedError
