"""Batch, mini-batch and stochastic gradient descent are one loop. README.md says what to build."""

from typing import NamedTuple

import torch
from torch import Tensor


class FitResult(NamedTuple):
    """What training leaves behind (given, leave as it is).

    w: (d,) and b: () are the weights after the last update; history has epochs + 1 losses; updates counts the updates.
    """

    w: Tensor
    b: Tensor
    history: list[float]
    updates: int


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
    """Train logistic regression from the start (w0, b0) by (mini-batch) gradient descent.

    Args:
        X: (n, d) floating, one row per example.
        y: (n,) floating labels 0 or 1, dtype and device of X.
        w0: (d,) start of the weights; stays as it is.
        b0: () start of the bias; stays as it is.
        lr: learning rate, at least 0.
        epochs: number of passes over the rows, at least 1.
        batch_size: rows per update; None, n or more is the full batch, 1 is stochastic descent.
        perms: one order of the rows per epoch, int64 (n,), on the CPU wherever X is; None is 0 ... n-1 in every epoch.

    Returns:
        FitResult: w and b with dtype and device of X, without gradient tracking; history as Python floats, the mean
        loss
        over all rows before training and then after each epoch; updates as int.

    Raises:
        ValueError: lr < 0; epochs < 1; batch_size < 1; X and y differ in length; perms given, but not one per epoch.
    """
    raise NotImplementedError
