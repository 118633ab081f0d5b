"""The perceptron: a threshold unit that learns from its errors, one example at a time."""

import torch
from torch import Tensor


def perceptron_predict(X: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Return the answers of the unit, int64 `(n,)`: 1 where the score `X @ w + b` is above 0, else 0.

    X: `(n, d)` floating. w: `(d,)`. b: `()`. A score of exactly 0 gives 0. Pure.
    """
    raise NotImplementedError


def train_perceptron(
    X: Tensor,
    y: Tensor,
    epochs: int,
    lr: float = 1.0,
    w0: Tensor | None = None,
    b0: Tensor | None = None,
) -> tuple[Tensor, Tensor, list[int]]:
    """Train with the perceptron rule; return the weights `(d,)`, the bias `()` and the number of errors of each epoch.

    X: `(n, d)` floating. y: `(n,)` int64 with labels 0 and 1. `w0 (d,)` and `b0 ()` are where weights and bias start;
    each of them that is None starts at zero, with dtype and device of X. The start values are copied, never changed.

    An epoch goes through the rows in order. Each row is predicted with the weights of that moment, and weights and
    bias are corrected before the next row. An epoch without any error is the last one; at most `epochs` are run. The
    list has one int for each epoch that was run.

    Raises ValueError if X and y differ in length, if `epochs` is below 1, if `lr` is not above 0, or if a label is
    neither 0 nor 1. Pure.
    """
    raise NotImplementedError
