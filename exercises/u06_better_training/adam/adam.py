"""Adam: momentum and a rate for every weight, corrected for the start from zero."""

import torch
from torch import Tensor


class Adam:
    """The Adam optimizer over a list of parameters, as `torch.optim.Adam` defines it.

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
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        maximize: bool = False,
    ):
        """Remember the parameters (floating tensors of any shape) and the settings; nothing moves yet.

        Raises ValueError if `lr`, `eps` or `weight_decay` is negative, or if a beta is outside [0, 1).
        """
        raise NotImplementedError

    def step(self, grads: list[Tensor | None]) -> None:
        """Update every parameter in place; `grads` has one gradient per parameter, in the same order.

        The gradients stay as they are. Where a gradient is None, the parameter, its averages and its step count
        stay as they are, too.

        Raises ValueError if `grads` and the parameters differ in number, before anything is changed.
        """
        raise NotImplementedError
