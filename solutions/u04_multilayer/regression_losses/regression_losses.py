"""Losses for regression with their gradients, and the coefficient of determination.

The Huber loss is from "Robust Estimation of a Location Parameter" (Huber, 1964).
"""

import torch
from torch import Tensor


def mse(pred: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Mean of r^2 `()`, and its gradient 2 r / N in the shape of `pred`."""
    r = _residual(pred, target)
    return r.square().mean(), 2 * r / r.numel()


def mae(pred: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Mean of |r| `()`, and its gradient sign(r) / N; the sign of 0 is 0."""
    r = _residual(pred, target)
    return r.abs().mean(), r.sign() / r.numel()


def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> tuple[Tensor, Tensor]:
    """Mean Huber loss `()` and its gradient. Raises ValueError for delta <= 0."""
    if delta <= 0:
        raise ValueError(f"delta must be above 0, got {delta}")
    r = _residual(pred, target)
    size = r.abs()
    cost = torch.where(size <= delta, r.square() / 2, delta * (size - delta / 2))
    # r inside, delta times the sign of r outside: the residual, cut off at both ends
    return cost.mean(), r.clamp(-delta, delta) / r.numel()


def r2_score(pred: Tensor, target: Tensor) -> Tensor:
    """1 - (squared residuals) / (squared deviations of the targets from their mean) `()`; 1 or 0 for constant targets."""
    r = _residual(pred, target)
    if target.max() == target.min():  # the computed sum of squares of 0.1, 0.1, 0.1 is not exactly zero
        return (r == 0).all().to(r.dtype)
    return 1 - r.square().sum() / (target - target.mean()).square().sum()


def _residual(pred: Tensor, target: Tensor) -> Tensor:
    """pred - target, for tensors of one shape only: (n, 1) against (n,) would silently become (n, n)."""
    if pred.shape != target.shape:
        raise ValueError(f"pred has shape {tuple(pred.shape)}, target {tuple(target.shape)}")
    return pred - target
