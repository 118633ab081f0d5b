"""Losses for regression with their gradients, and the coefficient of determination.

In all functions `pred` and `target` are floating tensors of the same shape (any), with at least one entry. Shapes that
differ raise ValueError, also where broadcasting would make them fit. All functions are pure.
"""

import torch
from torch import Tensor


def mse(pred: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean squared error, 0-dimensional, and its gradient towards `pred`, of the shape of `pred`."""
    raise NotImplementedError


def mae(pred: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean absolute error and its gradient towards `pred`, as in `mse`.

    An entry whose prediction is exact has gradient 0.
    """
    raise NotImplementedError


def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> tuple[Tensor, Tensor]:
    """Return the mean Huber loss and its gradient towards `pred`, as in `mse`.

    A residual r costs r^2 / 2 up to a size of `delta` and delta * (|r| - delta / 2) beyond. Raises ValueError for
    delta <= 0.
    """
    raise NotImplementedError


def r2_score(pred: Tensor, target: Tensor) -> Tensor:
    """Return 1 minus (sum of squared residuals) / (sum of squared deviations of the targets from their mean), 0-dim.

    If all targets are equal (largest equals smallest): 1 when every prediction is exact, else 0.
    """
    raise NotImplementedError
