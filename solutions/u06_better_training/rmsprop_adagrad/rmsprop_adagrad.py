"""Adagrad and RMSprop in the form in which PyTorch computes them.

Adagrad: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", 2011.
RMSprop: Tieleman and Hinton, "Lecture 6.5 - RMSProp", 2012; centred: Graves, "Generating Sequences With Recurrent
Neural Networks", 2013.
"""

import torch
from torch import Tensor


class Adagrad:
    """s = s + g^2 and p = p - lr_t g / (sqrt(s) + eps), with lr_t = lr / (1 + (t - 1) lr_decay)."""

    def __init__(
        self,
        params: list[Tensor],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ):
        """A sum and a clock for each parameter."""
        _refuse_negative(
            lr=lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
        )
        self.params = list(params)
        self.lr = lr
        self.lr_decay = lr_decay
        self.weight_decay = weight_decay
        self.eps = eps
        self.sum = [torch.full_like(p, initial_accumulator_value) for p in self.params]
        self.t = [0] * len(self.params)

    def step(self, grads: list[Tensor | None]) -> None:
        """Sum first, then divide by it: the present gradient counts in its own step."""
        _refuse_other_length(self.params, grads)
        for i, (p, grad) in enumerate(zip(self.params, grads)):
            if grad is None:
                continue
            g = grad + self.weight_decay * p
            self.t[i] += 1
            self.sum[i] = self.sum[i] + g * g
            rate = self.lr / (1 + (self.t[i] - 1) * self.lr_decay)  # the first step has the full rate
            p.sub_(rate * g / (self.sum[i].sqrt() + self.eps))


class RMSprop:
    """s = alpha s + (1 - alpha) g^2 and p = p - lr g / (sqrt(s) + eps); centred, the root is that of s - m^2."""

    def __init__(
        self,
        params: list[Tensor],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ):
        """Three tensors for each parameter, although only the options need the second and the third."""
        _refuse_negative(lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum)
        self.params = list(params)
        self.lr = lr
        self.alpha = alpha
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum = momentum
        self.centered = centered
        self.square_avg = [torch.zeros_like(p) for p in self.params]
        self.grad_avg = [torch.zeros_like(p) for p in self.params]
        self.buf = [torch.zeros_like(p) for p in self.params]

    def step(self, grads: list[Tensor | None]) -> None:
        """Averages, direction, buffer; the learning rate comes last, so that it can change freely."""
        _refuse_other_length(self.params, grads)
        for i, (p, grad) in enumerate(zip(self.params, grads)):
            if grad is None:
                continue
            g = grad + self.weight_decay * p
            self.square_avg[i] = self.alpha * self.square_avg[i] + (1 - self.alpha) * g * g
            variance = self.square_avg[i]
            if self.centered:
                self.grad_avg[i] = self.alpha * self.grad_avg[i] + (1 - self.alpha) * g
                variance = self.square_avg[i] - self.grad_avg[i] ** 2
            direction = g / (variance.sqrt() + self.eps)
            if self.momentum > 0:
                self.buf[i] = self.momentum * self.buf[i] + direction
                direction = self.buf[i]
            p.sub_(self.lr * direction)


def _refuse_negative(**hyperparameters: float) -> None:
    for name, value in hyperparameters.items():
        if value < 0:
            raise ValueError(f"{name} must not be negative, but is {value}")


def _refuse_other_length(params: list[Tensor], grads: list[Tensor | None]) -> None:
    if len(grads) != len(params):
        raise ValueError(f"{len(params)} parameters, but {len(grads)} gradients")
