"""Five small operations on whole tensors, each without a loop."""

import torch
from torch import Tensor


def one_hot(y: Tensor, num_classes: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return a table `(n, num_classes)` of the given dtype: row i is 1 in column y_i and 0 elsewhere.

    y: `(n,)` int64, and n may be 0. The table is on the device of y.
    Raises ValueError for a label outside 0 ... num_classes - 1. Pure.
    """
    raise NotImplementedError


def pairwise_sq_dist(A: Tensor, B: Tensor) -> Tensor:
    """Return the squared distances between the rows of A and the rows of B: `(n, m)`.

    A: `(n, d)`, B: `(m, d)`. Entry [i, j] is the sum over k of (A_ik - B_jk)^2: never negative, exactly 0 for equal
    rows, and accurate also when all rows are far from the origin.
    Raises ValueError when A and B have rows of different widths. Pure.
    """
    raise NotImplementedError


def affine(X: Tensor, W: Tensor, b: Tensor | None = None) -> Tensor:
    """Return what a linear layer makes of X: weights times inputs plus bias, `(..., out)`.

    X: `(..., in)` with one axis or more. W: `(out, in)`, one row for each output. b: `(out,)`, or None for no bias.
    Raises ValueError when the last axis of X is not as long as the rows of W. Pure.
    """
    raise NotImplementedError


def pick_scores(scores: Tensor, y: Tensor) -> Tensor:
    """Return `(n,)`: from each row of the scores `(n, C)` the entry of its own class, y `(n,)` int64. Pure."""
    raise NotImplementedError


def threshold_labels(p: Tensor, threshold: float = 0.5) -> Tensor:
    """Return labels, int64, of the shape of p (any shape): 1 where p is at least the threshold, else 0. Pure."""
    raise NotImplementedError
