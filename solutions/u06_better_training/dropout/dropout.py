"""Inverted dropout: "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (Srivastava et al., 2014).

Spatial dropout: "Efficient Object Localization Using Convolutional Networks" (Tompson et al., 2014).
"""

import torch
from torch import Tensor


def dropout_forward(x: Tensor, p: float, u: Tensor, training: bool = True) -> tuple[Tensor, Tensor]:
    """(x * mask, mask): in training the mask drops entries with u < p and scales the others, otherwise it is 1."""
    _check_probability(p)
    if u.shape != x.shape:
        raise ValueError(f"u {tuple(u.shape)} must have the shape of x {tuple(x.shape)}")
    if not training:
        return x.clone(), torch.ones_like(x)
    mask = _mask(u, p).to(x.dtype)
    return x * mask, mask


def dropout_backward(dout: Tensor, mask: Tensor) -> Tensor:
    """The gradient towards x: y is x times the mask, entry by entry."""
    return dout * mask


def spatial_dropout(x: Tensor, p: float, u: Tensor, training: bool = True) -> Tensor:
    """Images (N, C, H, W) with whole channels dropped where u (N, C) is below p, and the others scaled."""
    _check_probability(p)
    if x.ndim != 4 or u.shape != x.shape[:2]:
        raise ValueError(f"expected x (N, C, H, W) and u (N, C), got {tuple(x.shape)} and {tuple(u.shape)}")
    if not training:
        return x.clone()
    return x * _mask(u, p).to(x.dtype)[:, :, None, None]


def _check_probability(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a probability, got {p}")


def _mask(u: Tensor, p: float) -> Tensor:
    """1 / (1 - p) where u >= p, else 0: its mean over many u is 1."""
    kept = (u >= p).to(u.dtype)
    if p == 1:
        return torch.zeros_like(kept)  # nothing is kept, so there is nothing to scale
    return kept / (1 - p)
