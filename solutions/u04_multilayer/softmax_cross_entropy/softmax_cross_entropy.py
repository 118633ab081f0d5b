"""Softmax, cross entropy and the gradient that training starts from, all in log space.

The shift by the row's maximum: Blanchard, Higham and Higham, "Accurately Computing the Log-Sum-Exp and Softmax
Functions", 2021. Label smoothing: Szegedy and others, "Rethinking the Inception Architecture for Computer Vision",
2016.
"""

import torch
from torch import Tensor


def log_softmax(logits: Tensor) -> Tensor:
    """log p_c = z_c - m - log sum_k exp(z_k - m), with m the maximum of the row.

    Any m gives the same value on paper. With the row's own maximum no exponential exceeds 1 and one of them is
    exactly 1, so the sum lies between 1 and C: it can't overflow, and its logarithm is never that of zero.
    """
    shifted = logits - logits.amax(dim=-1, keepdim=True)
    return shifted - shifted.exp().sum(dim=-1, keepdim=True).log()


def softmax(logits: Tensor) -> Tensor:
    """p = exp(log p): a probability too small for its dtype becomes 0 here, after the logarithm was taken."""
    return log_softmax(logits).exp()


def cross_entropy(logits: Tensor, target: Tensor, reduction: str = "mean", label_smoothing: float = 0.0) -> Tensor:
    """Row losses -sum_c q_c log p_c of (n, C) scores; their mean or sum as shape (), or all of them as (n,)."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction must be "mean", "sum" or "none", not {reduction!r}')
    q = _target_distribution(logits, target, label_smoothing)
    row_losses = -(q * log_softmax(logits)).sum(dim=-1)
    if reduction == "none":
        return row_losses
    return row_losses.sum() if reduction == "sum" else row_losses.mean()


def cross_entropy_with_grad(logits: Tensor, target: Tensor, label_smoothing: float = 0.0) -> tuple[Tensor, Tensor]:
    """Mean loss () and its gradient (n, C).

    d log p_c / d z_j = [c = j] - p_j, and the entries of q add up to 1, so each row contributes p - q;
    the mean over the rows divides it by n.
    """
    q = _target_distribution(logits, target, label_smoothing)
    loss = cross_entropy(logits, target, label_smoothing=label_smoothing)
    return loss, (softmax(logits) - q) / len(logits)


def _target_distribution(logits: Tensor, target: Tensor, label_smoothing: float) -> Tensor:
    """q (n, C): label_smoothing / C on every class and the rest of the mass on the true one."""
    if len(logits) != len(target):
        raise ValueError(f"{len(logits)} rows of scores, but {len(target)} targets")
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must lie between 0 and 1, not be {label_smoothing}")
    q = torch.full_like(logits, label_smoothing / logits.shape[-1])
    q[torch.arange(len(target), device=target.device), target] += 1 - label_smoothing
    return q
