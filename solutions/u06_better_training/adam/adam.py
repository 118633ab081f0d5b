"""Adam, after "Adam: A Method for Stochastic Optimization" (Kingma and Ba, 2014), algorithm 1, as PyTorch runs it."""

import torch
from torch import Tensor


class Adam:
    """Momentum and a learning rate for every weight, both corrected for their start from zero."""

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
        """Store the settings and start all averages at zero."""
        if lr < 0 or eps < 0 or weight_decay < 0:
            raise ValueError("lr, eps and weight_decay must be zero or positive")
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"each beta must be at least 0 and below 1, got {betas}")
        self.params = list(params)
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.amsgrad = amsgrad
        self.maximize = maximize
        self.exp_avg = [torch.zeros_like(p) for p in params]
        self.exp_avg_sq = [torch.zeros_like(p) for p in params]
        self.max_exp_avg_sq = [torch.zeros_like(p) for p in params]
        self.t = [0] * len(params)

    def step(self, grads: list[Tensor | None]) -> None:
        """Take one step for every parameter that has a gradient."""
        if len(grads) != len(self.params):
            raise ValueError(f"got {len(grads)} gradients for {len(self.params)} parameters")
        beta1, beta2 = self.betas
        for i, (p, grad) in enumerate(zip(self.params, grads)):
            if grad is None:
                continue
            self.t[i] += 1  # a clock of its own: a parameter that was skipped has not aged
            g = -grad if self.maximize else grad
            g = g + self.weight_decay * p  # L2: both averages see the decay; a new tensor, grad stays as it is

            m, v = self.exp_avg[i], self.exp_avg_sq[i]
            m.mul_(beta1).add_((1 - beta1) * g)
            v.mul_(beta2).add_((1 - beta2) * g**2)
            if self.amsgrad:
                # The denominator may not shrink. PyTorch keeps the maximum of the uncorrected average.
                self.max_exp_avg_sq[i] = torch.maximum(self.max_exp_avg_sq[i], v)
                v = self.max_exp_avg_sq[i]

            # From zero, t steps of an average have gathered only the weight 1 - beta^t: divide by it.
            m_hat = m / (1 - beta1 ** self.t[i])
            v_hat = v / (1 - beta2 ** self.t[i])
            p.sub_(self.lr * m_hat / (v_hat.sqrt() + self.eps))
