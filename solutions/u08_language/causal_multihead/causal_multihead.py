"""Causal self-attention with several heads and a key-value cache.

Multi-head attention is from "Attention Is All You Need" (Vaswani et al., 2017), section 3.2.2.
"""

import math

import torch
from torch import Tensor


def split_heads(x: Tensor, n_head: int) -> Tensor:
    """`(B, T, C)` to `(B, n, T, C / n)`; head j holds the columns from j C / n on."""
    B, T, C = x.shape
    if C % n_head != 0:
        raise ValueError(f"{C} columns can't be shared by {n_head} heads")
    # The columns fall apart into (head, column of the head); then the heads move in front of the positions.
    return x.reshape(B, T, n_head, C // n_head).transpose(1, 2)


def merge_heads(x: Tensor) -> Tensor:
    """`(B, n, T, d)` to `(B, T, n d)`."""
    B, n_head, T, width = x.shape
    return x.transpose(1, 2).reshape(B, T, n_head * width)


def causal_self_attention(x: Tensor, W_qkv: Tensor, b_qkv: Tensor, W_o: Tensor, b_o: Tensor, n_head: int) -> Tensor:
    """The whole sequence at once: one piece, with nothing before it."""
    output, _ = causal_self_attention_step(x, W_qkv, b_qkv, W_o, b_o, n_head)
    return output


def causal_self_attention_step(
    x: Tensor, W_qkv: Tensor, b_qkv: Tensor, W_o: Tensor, b_o: Tensor, n_head: int, cache: dict | None = None
) -> tuple[Tensor, dict]:
    """Outputs of the new positions, and the keys and values of all positions so far."""
    C = x.shape[-1]
    if W_qkv.shape != (3 * C, C):
        raise ValueError(f"W_qkv has shape {tuple(W_qkv.shape)}, for {C} columns it needs {(3 * C, C)}")
    q, k, v = (split_heads(part, n_head) for part in (x @ W_qkv.T + b_qkv).chunk(3, dim=-1))
    if cache is not None:
        # Old positions never see new ones, so their keys and values are what they would be in the full computation.
        k = torch.cat([cache["k"], k], dim=2)
        v = torch.cat([cache["v"], v], dim=2)
    old = k.shape[2] - q.shape[2]
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    visible = torch.ones_like(scores, dtype=torch.bool).tril(old)  # row i: all old positions and i + 1 new ones
    weights = torch.softmax(scores.masked_fill(~visible, -math.inf), dim=-1)
    output = merge_heads(weights @ v) @ W_o.T + b_o
    return output, {"k": k, "v": v}
