"""Gradient descent with a memory: momentum, dampening and Nesterov momentum."""

import torch
from torch import Tensor


class MomentumSGD:
    """SGD with momentum over a list of parameters, as `torch.optim.SGD` defines it.

    Attributes that may be read at any time:

    * `lr` (float): the learning rate; it may be changed between steps, each step uses its present value.
    * `buf` (list[Tensor | None]): one momentum buffer per parameter with its shape, dtype and device; None before the
      parameter's first step. It has no meaning when `momentum` is 0.
    """

    def __init__(
        self,
        params: list[Tensor],
        lr: float,
        momentum: float = 0.9,
        dampening: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ):
        """Remember the parameters (floating tensors of any shape) and the settings; nothing moves yet.

        Raises ValueError if `lr`, `momentum` or `weight_decay` is negative, or if `nesterov` is asked for without a
        positive momentum or together with a dampening other than 0.
        """
        raise NotImplementedError

    def step(self, grads: list[Tensor | None]) -> None:
        """Update every parameter in place; `grads` has one gradient per parameter, in the same order.

        The gradients stay as they are. Where a gradient is None, the parameter and its buffer stay as they are, too.

        Raises ValueError if `grads` and the parameters differ in number, before anything is changed.
        """
        raise NotImplementedError
