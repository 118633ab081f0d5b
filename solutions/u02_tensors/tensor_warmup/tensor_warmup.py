"""Five small operations on whole tensors, in the style of "Array Programming with NumPy" (Harris et al., 2020)."""

import torch
from torch import Tensor


def one_hot(y: Tensor, num_classes: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return `(n, num_classes)` with a 1 in column y_i of row i and 0 elsewhere.

    Raises ValueError for a label outside 0 ... num_classes - 1.
    """
    if bool(((y < 0) | (y >= num_classes)).any()):  # of no labels at all, none is wrong
        raise ValueError(f"labels must be in 0 ... {num_classes - 1}")
    classes = torch.arange(num_classes, device=y.device)
    return (y[:, None] == classes).to(dtype)


def pairwise_sq_dist(A: Tensor, B: Tensor) -> Tensor:
    """Return D `(n, m)` with D_ij = sum over k of (A_ik - B_jk)^2 for A `(n, d)` and B `(m, d)`.

    Raises ValueError for rows of different widths.
    """
    if A.shape[1] != B.shape[1]:
        raise ValueError(f"rows of {A.shape[1]} and of {B.shape[1]} numbers have no distance")
    # Differences, then squares: the expansion |a|^2 + |b|^2 - 2ab loses all digits where a and b are large and close.
    differences = A[:, None, :] - B[None, :, :]
    return differences.square().sum(dim=-1)


def affine(X: Tensor, W: Tensor, b: Tensor | None = None) -> Tensor:
    """Return X W^T + b, `(..., out)`, for X `(..., in)`, W `(out, in)` and b `(out,)` or None.

    Raises ValueError when the last axis of X is not as long as the rows of W.
    """
    if X.shape[-1] != W.shape[1]:
        raise ValueError(f"{X.shape[-1]} inputs do not fit weights for {W.shape[1]}")
    Y = X @ W.T
    return Y if b is None else Y + b


def pick_scores(scores: Tensor, y: Tensor) -> Tensor:
    """Return scores_{i, y_i} for each row i, `(n,)`."""
    rows = torch.arange(len(y), device=y.device)
    return scores[rows, y]  # two index tensors go side by side, pair by pair


def threshold_labels(p: Tensor, threshold: float = 0.5) -> Tensor:
    """Return 1 where p >= threshold and 0 elsewhere, int64."""
    return (p >= threshold).to(torch.int64)
