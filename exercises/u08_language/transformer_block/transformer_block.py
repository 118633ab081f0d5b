"""A transformer block from functions: layer norm in both directions, the block itself, and sinusoidal positions."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """Return x `(..., C)` with its last axis brought to mean 0 and variance 1, times gamma `(C,)`, plus beta `(C,)`.

    The variance is that of the population (divided by C); eps is added to it under the root.

    Raises ValueError if gamma has not as many entries as the last axis of x. Pure.
    """
    raise NotImplementedError


def layer_norm_backward(dout: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    """Return (dx, dgamma, dbeta), the gradients of the loss, of the shapes of x, `(C,)` and `(C,)`.

    dout: the gradient towards the output of `layer_norm(x, gamma, beta, eps)`, of the shape of x, which has at least
    two axes. dgamma and dbeta are sums over all axes but the last. Pure.
    """
    raise NotImplementedError


def transformer_block(x: Tensor, p: dict[str, Tensor], n_head: int) -> Tensor:
    """Return the output `(B, T, C)` of a causal pre-norm block for x `(B, T, C)`.

    p, all with the default eps where there is one: "ln1_g", "ln1_b" `(C,)`, scale and shift of the first norm; "W_qkv"
    `(3C, C)`, "b_qkv" `(3C,)`, "W_o" `(C, C)`, "b_o" `(C,)`, as in `causal_multihead`; "ln2_g", "ln2_b" `(C,)`, the
    second norm; "W_1" `(M, C)`, "b_1" `(M,)`, "W_2" `(C, M)`, "b_2" `(C,)`, two layers with the exact gelu between.

    n_head divides C. Position i sees the positions 0 .. i. Pure.
    """
    raise NotImplementedError


def sinusoidal_positions(length: int, dim: int) -> Tensor:
    """Return the waves `(length, dim)`, computed in float64 and given back in float32, on the CPU.

    Row t has in column 2i the sine and in column 2i + 1 the cosine of t / 10000 ** (2i / dim).

    Raises ValueError if length is below 1, or dim is odd or below 2.
    """
    raise NotImplementedError
