"""Batch, mini-batch and stochastic gradient descent for logistic regression, in one loop.

The idea of stepping with a few rows: "A Stochastic Approximation Method", Robbins and Monro, 1951.
"""

from typing import NamedTuple

import torch
from torch import Tensor


class FitResult(NamedTuple):
    """Weights after the last update, epochs + 1 losses over all rows, and the number of updates."""

    w: Tensor
    b: Tensor
    history: list[float]
    updates: int


def mean_loss(X: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Mean over the rows of max(z, 0) - z*y + log(1 + exp(-|z|)), the form that no large score overflows."""
    z = X @ w + b
    return (z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))).mean()


def mean_gradient(X: Tensor, y: Tensor, w: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient of `mean_loss` with respect to w (d,) and b (): the mean of (p - y) x and of (p - y)."""
    dz = (torch.sigmoid(X @ w + b) - y) / len(y)
    return X.T @ dz, dz.sum()


def train_logreg(
    X: Tensor,
    y: Tensor,
    w0: Tensor,
    b0: Tensor,
    lr: float,
    epochs: int,
    batch_size: int | None = None,
    perms: list[Tensor] | None = None,
) -> FitResult:
    """Train from (w0, b0); the batch size alone decides which variant of gradient descent this is."""
    if lr < 0:
        raise ValueError(f"lr must not be negative, not {lr}")
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, not {epochs}")
    if batch_size is not None and batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    if len(X) != len(y):
        raise ValueError(f"X has {len(X)} rows and y has {len(y)}")
    if perms is not None and len(perms) != epochs:
        raise ValueError(f"{epochs} epochs need {epochs} permutations, not {len(perms)}")

    n = len(X)
    size = n if batch_size is None else batch_size
    w, b = w0.clone(), b0.clone()  # the caller keeps the start
    history = [mean_loss(X, y, w, b).item()]
    updates = 0
    for epoch in range(epochs):
        order = torch.arange(n) if perms is None else perms[epoch]
        order = order.to(X.device)  # orders are made on the CPU, the rows may live elsewhere
        for start in range(0, n, size):
            rows = order[start : start + size]  # the last slice may be shorter
            dw, db = mean_gradient(X[rows], y[rows], w, b)
            w -= lr * dw
            b -= lr * db
            updates += 1
        history.append(mean_loss(X, y, w, b).item())
    return FitResult(w, b, history, updates)
