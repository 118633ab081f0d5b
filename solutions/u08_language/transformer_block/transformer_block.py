"""A pre-norm transformer block, with the gradient of layer norm and sinusoidal positions.

"Attention Is All You Need" (Vaswani et al., 2017) for the block and the positions, "Layer Normalization" (Ba, Kiros and
Hinton, 2016), "On Layer Normalization in the Transformer Architecture" (Xiong et al., 2020) for the norm inside the
branches, "Gaussian Error Linear Units" (Hendrycks and Gimpel, 2016).
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def _standardise(x: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """x with mean 0 and variance 1 along the last axis, and the factor r that did it."""
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = centred.square().mean(dim=-1, keepdim=True)
    r = 1 / torch.sqrt(variance + eps)
    return centred * r, r


def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """Every position by itself: mean 0 and variance 1 over its features, then a learnt scale and shift."""
    if gamma.shape[0] != x.shape[-1]:
        raise ValueError(f"gamma has {gamma.shape[0]} entries for {x.shape[-1]} features")
    x_hat, _ = _standardise(x, eps)
    return x_hat * gamma + beta


def layer_norm_backward(dout: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    """(dx, dgamma, dbeta). x moves its own mean and its own variance; the two subtracted terms answer for these."""
    x_hat, r = _standardise(x, eps)
    g = dout * gamma
    mean_g = g.mean(dim=-1, keepdim=True)
    mean_gx = (g * x_hat).mean(dim=-1, keepdim=True)
    dx = r * (g - mean_g - x_hat * mean_gx)
    C = x.shape[-1]
    return dx, (dout * x_hat).reshape(-1, C).sum(dim=0), dout.reshape(-1, C).sum(dim=0)


def transformer_block(x: Tensor, p: dict[str, Tensor], n_head: int) -> Tensor:
    """Two branches, each of which norms its input and adds its result to the main path."""
    x = x + _attention(layer_norm(x, p["ln1_g"], p["ln1_b"]), p, n_head)
    return x + _mlp(layer_norm(x, p["ln2_g"], p["ln2_b"]), p)


def _attention(x: Tensor, p: dict[str, Tensor], n_head: int) -> Tensor:
    """Causal self-attention, as in `causal_multihead`."""
    B, T, C = x.shape
    parts = (x @ p["W_qkv"].T + p["b_qkv"]).chunk(3, dim=-1)
    q, k, v = (part.reshape(B, T, n_head, C // n_head).transpose(1, 2) for part in parts)
    heads = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return heads.transpose(1, 2).reshape(B, T, C) @ p["W_o"].T + p["b_o"]


def _mlp(x: Tensor, p: dict[str, Tensor]) -> Tensor:
    """Each position by itself: a wider layer, gelu, and back."""
    return F.gelu(x @ p["W_1"].T + p["b_1"]) @ p["W_2"].T + p["b_2"]


def sinusoidal_positions(length: int, dim: int) -> Tensor:
    """Waves `(length, dim)`: sine and cosine side by side, from the fastest pair to the slowest."""
    if length < 1:
        raise ValueError(f"length must be at least 1, got {length}")
    if dim < 2 or dim % 2 != 0:
        raise ValueError(f"dim must be even and at least 2, got {dim}")
    # float64: far out, an angle in the thousands has lost its decimals in float32
    t = torch.arange(length, dtype=torch.float64).unsqueeze(1)
    even = torch.arange(0, dim, 2, dtype=torch.float64)
    angles = t / 10000 ** (even / dim)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).reshape(length, dim).float()
