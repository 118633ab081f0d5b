"""Gradient descent with a memory: momentum, dampening and Nesterov momentum.

Momentum is from Polyak, "Some Methods of Speeding Up the Convergence of Iteration Methods" (1964), the look-ahead from
Nesterov, "A Method for Solving the Convex Programming Problem with Convergence Rate O(1/k^2)" (1983), in the form of
Sutskever, Martens, Dahl and Hinton, "On the Importance of Initialization and Momentum in Deep Learning" (2013), with
the learning rate outside the buffer as in PyTorch.
"""

import torch
from torch import Tensor


class MomentumSGD:
    """SGD with momentum over a list of parameters, as `torch.optim.SGD` defines it.

    `lr` may be changed between steps. `buf` holds one buffer per parameter, None before its first step.
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
        """Remember parameters and settings.

        Raises ValueError if `lr`, `momentum` or `weight_decay` is negative, or if `nesterov` comes without momentum or
        with dampening.
        """
        for name, value in (("lr", lr), ("momentum", momentum), ("weight_decay", weight_decay)):
            if value < 0:
                raise ValueError(f"{name} must not be negative, got {value}")
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError("Nesterov momentum needs a positive momentum and no dampening")
        self.params = params
        self.lr = lr
        self.momentum = momentum
        self.dampening = dampening
        self.nesterov = nesterov
        self.weight_decay = weight_decay
        self.maximize = maximize
        self.buf: list[Tensor | None] = [None] * len(params)

    def step(self, grads: list[Tensor | None]) -> None:
        """Update every parameter in place; one that has no gradient is skipped, its buffer included.

        Raises ValueError if `grads` and the parameters differ in number, before anything is changed.
        """
        if len(grads) != len(self.params):
            raise ValueError(f"{len(self.params)} parameters need as many gradients, got {len(grads)}")

        for i, (p, grad) in enumerate(zip(self.params, grads)):
            if grad is None:
                continue
            g = -grad if self.maximize else grad
            if self.weight_decay != 0:
                g = g + self.weight_decay * p  # a new tensor; the decay passes through the buffer like any gradient

            d = g
            if self.momentum != 0:
                if self.buf[i] is None:
                    # The first buffer is the gradient itself, without dampening. A copy, because the next step writes
                    # into the buffer while g may still be the caller's own tensor.
                    self.buf[i] = g.clone()
                else:
                    self.buf[i].mul_(self.momentum).add_(g, alpha=1 - self.dampening)
                d = g + self.momentum * self.buf[i] if self.nesterov else self.buf[i]

            p.sub_(self.lr * d)
