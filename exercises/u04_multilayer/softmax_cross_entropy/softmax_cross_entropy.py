"""Softmax, cross entropy, and their gradient. The statement is in README.md."""

import torch
from torch import Tensor


def log_softmax(logits: Tensor) -> Tensor:
    """Log-probabilities along the last axis.

    `logits`: scores, floating, any number of axes. Returns a new tensor of the same shape, dtype and device, finite for
    every finite input whose gaps inside a row are finite.
    """
    raise NotImplementedError


def softmax(logits: Tensor) -> Tensor:
    """Probabilities along the last axis, each row adding up to 1; same shape, dtype and device as `logits`."""
    raise NotImplementedError


def cross_entropy(logits: Tensor, target: Tensor, reduction: str = "mean", label_smoothing: float = 0.0) -> Tensor:
    """Cross entropy between the smoothed targets and the softmax of the scores.

    `logits` (n, C) floating, `target` (n,) int64. `reduction` "mean" and "sum" give a tensor of shape (), "none" gives
    the n losses of the rows. The target of a row is (1 - label_smoothing) on its class plus label_smoothing / C on
    every class.

    Raises ValueError when the lengths differ, for an unknown reduction, and for a label_smoothing outside [0, 1].
    """
    raise NotImplementedError


def cross_entropy_with_grad(logits: Tensor, target: Tensor, label_smoothing: float = 0.0) -> tuple[Tensor, Tensor]:
    """The mean loss, shape (), and its gradient with respect to `logits`, shape (n, C).

    Raises ValueError when the lengths differ and for a label_smoothing outside [0, 1].
    """
    raise NotImplementedError
