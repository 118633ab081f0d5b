"""Scaled dot-product attention, "Attention Is All You Need" (Vaswani et al., 2017), equation 1, and its gradient."""

import math

import torch
from torch import Tensor


def attention(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None, causal: bool = False
) -> tuple[Tensor, Tensor]:
    """(weights @ v, weights), where weights = softmax(q k^T / sqrt(d)) over the allowed keys."""
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(f"queries have width {q.shape[-1]}, keys {k.shape[-1]}")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError(f"{k.shape[-2]} keys, but {v.shape[-2]} values")
    # A product of two random vectors of width d has the deviation sqrt(d).
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    allowed = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        allowed = allowed & mask
    if causal:
        allowed = allowed.tril()
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    # A row of nothing but -inf has become nan: 0 / 0. Nobody to look at means no weights.
    weights = weights.masked_fill(~allowed.any(dim=-1, keepdim=True), 0.0)
    return weights @ v, weights


def attention_backward(dout: Tensor, q: Tensor, k: Tensor, v: Tensor, weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(dq, dk, dv): back through the mean of the values, the softmax, and the scaled products."""
    scale = 1 / math.sqrt(q.shape[-1])
    dv = weights.transpose(-2, -1) @ dout
    dweights = dout @ v.transpose(-2, -1)
    # Weights of a row add up to one: raising one lowers the others. Hidden keys have weight 0, so they drop out here.
    dscores = weights * (dweights - (dweights * weights).sum(dim=-1, keepdim=True))
    dq = dscores @ k * scale
    dk = dscores.transpose(-2, -1) @ q * scale
    return dq, dk, dv
