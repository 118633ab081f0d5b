"""Causal self-attention with several heads: a whole sequence at once, or piece by piece with a key-value cache."""

import math

import torch
from torch import Tensor


def split_heads(x: Tensor, n_head: int) -> Tensor:
    """Cut the columns of x `(B, T, C)` into `(B, n_head, T, C / n_head)`: head j gets the j-th run of neighbours.

    A view is fine. Raises ValueError if C is not divisible by n_head.
    """
    raise NotImplementedError


def merge_heads(x: Tensor) -> Tensor:
    """Put heads `(B, n, T, d)` back side by side: `(B, T, n * d)`. The inverse of `split_heads`; a view is fine."""
    raise NotImplementedError


def causal_self_attention(x: Tensor, W_qkv: Tensor, b_qkv: Tensor, W_o: Tensor, b_o: Tensor, n_head: int) -> Tensor:
    """Return the output `(B, T, C)` for x `(B, T, C)`; position i sees the positions 0 .. i.

    W_qkv: `(3C, C)`, b_qkv: `(3C,)`; their first C rows make the queries, the next C the keys, the last C the values.
    W_o: `(C, C)`, b_o: `(C,)` are applied after the heads are merged. Matrices are used as in `inputs @ W.T`. Each head
    scales its scores by the root of its own width.

    Raises ValueError if C is not divisible by n_head or W_qkv is not `(3C, C)`. Pure.
    """
    raise NotImplementedError


def causal_self_attention_step(
    x: Tensor, W_qkv: Tensor, b_qkv: Tensor, W_o: Tensor, b_o: Tensor, n_head: int, cache: dict | None = None
) -> tuple[Tensor, dict]:
    """Return (output, cache) for the new positions x `(B, t, C)` of a sequence whose earlier positions are in `cache`.

    cache: None at the beginning, later what the call before returned: a dict with the keys "k" and "v", both
    `(B, n_head, T_old, C / n_head)`, of all positions so far. New position i (from 0) sees all old ones and the new
    ones 0 .. i. Output: `(B, t, C)`, the new positions only. The cache returned holds T_old + t positions; the one
    given stays as it was and can be used again.

    Weights and errors as in `causal_self_attention`. Pure.
    """
    raise NotImplementedError
