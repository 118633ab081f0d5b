"""Known wrong answers to transformer_block with their hints, other right answers, and the probe for them."""

import torch

from grader.checks import correct, mistake

FIRST = 'x = x + _attention(layer_norm(x, p["ln1_g"], p["ln1_b"]), p, n_head)\n'
SECOND = 'return x + _mlp(layer_norm(x, p["ln2_g"], p["ln2_b"]), p)\n'
R = "r = 1 / torch.sqrt(variance + eps)"
DX = "dx = r * (g - mean_g - x_hat * mean_gx)"
WAVES = "torch.stack([angles.sin(), angles.cos()], dim=-1).reshape(length, dim)"

MISTAKES = [
    mistake(
        "sample_variance",
        "The variance here divides by the number of features, not by one less.",
        swap=("centred.square().mean(dim=-1, keepdim=True)", "x.var(dim=-1, keepdim=True)"),
        caught_by="test_layer_norm_values",
    ),
    mistake(
        "normalises_over_time",
        "Each position is normalised by itself: over which axis do you take the mean?",
        swaps=[
            ("x.mean(dim=-1, keepdim=True)", "x.mean(dim=-2 if x.dim() > 1 else -1, keepdim=True)"),
            (
                "centred.square().mean(dim=-1, keepdim=True)",
                "centred.square().mean(dim=-2 if x.dim() > 1 else -1, keepdim=True)",
            ),
        ],
        caught_by="test_layer_norm_values",
    ),
    mistake(
        "eps_outside_root",
        "The small number is under the root, together with the variance.",
        swap=(R, "r = 1 / (torch.sqrt(variance) + eps)"),
        caught_by="test_layer_norm_values",
    ),
    mistake(
        "norm_after_residual",
        "In this block the norm sits inside the branch, the main path stays untouched.",
        swaps=[
            (FIRST, 'x = layer_norm(x + _attention(x, p, n_head), p["ln1_g"], p["ln1_b"])\n'),
            (SECOND, 'return layer_norm(x + _mlp(x, p), p["ln2_g"], p["ln2_b"])\n'),
        ],
        caught_by="test_block_output",
    ),
    mistake(
        "residual_missing",
        "If both branches gave zero, the block should return its input.",
        swaps=[(FIRST, FIRST.replace("x + ", "")), (SECOND, SECOND.replace("x + ", ""))],
        caught_by="test_zero_output_weights",
    ),
    mistake(
        "residual_from_normed_input",
        "What is carried past the branch: the input, or its normalised form?",
        swaps=[
            (FIRST, 'x = layer_norm(x, p["ln1_g"], p["ln1_b"])\n    x = x + _attention(x, p, n_head)\n'),
            (SECOND, 'x = layer_norm(x, p["ln2_g"], p["ln2_b"])\n    return x + _mlp(x, p)\n'),
        ],
        caught_by="test_zero_output_weights",
    ),
    mistake(
        "parallel_branches",
        "The second branch should see what the first one added.",
        swap=(FIRST + "    " + SECOND, FIRST.replace("x = x", "y = x") + "    " + SECOND.replace("x + ", "y + ")),
        caught_by="test_block_output",
    ),
    mistake(
        "one_norm_for_both",
        "Each branch has a norm of its own, with its own scale and shift.",
        swap=('p["ln2_g"], p["ln2_b"]', 'p["ln1_g"], p["ln1_b"]'),
        caught_by="test_block_output",
    ),
    mistake(
        "relu_in_mlp",
        "The activation here is smooth, and lets a little of the negative side pass.",
        swap=("F.gelu(", "torch.relu("),
        caught_by="test_block_output",
    ),
    mistake(
        "tanh_gelu",
        "There are two gelus, the exact one and an approximation with tanh; the third decimal tells them apart.",
        swap=('F.gelu(x @ p["W_1"].T + p["b_1"])', 'F.gelu(x @ p["W_1"].T + p["b_1"], approximate="tanh")'),
        caught_by="test_block_output",
    ),
    mistake(
        "future_visible",
        "Change the last token: which outputs move, and which of them should?",
        swap=("is_causal=True", "is_causal=False"),
        caught_by="test_causal",
    ),
    mistake(
        "backward_treats_statistics_as_constants",
        "Mean and variance depend on every feature of the token; a gradient flows back through both.",
        swap=(DX, "dx = r * g"),
        caught_by="test_layer_norm_gradients",
    ),
    mistake(
        "backward_forgets_the_variance",
        "The mean is taken care of; but a feature that grows makes the variance grow, and all others shrink.",
        swap=(DX, "dx = r * (g - mean_g)"),
        caught_by="test_layer_norm_gradients",
    ),
    mistake(
        "backward_forgets_gamma",
        "On its way back the gradient meets the scale first, and the means see what is left after it.",
        swap=("g = dout * gamma", "g = dout"),
        caught_by="test_layer_norm_gradients",
    ),
    mistake(
        "sines_then_cosines",
        "Sine and cosine of one frequency sit side by side, not in two halves.",
        swap=(WAVES, "torch.cat([angles.sin(), angles.cos()], dim=1)"),
        caught_by="test_positions",
    ),
    mistake(
        "cosine_first",
        "Which of the two stands in the even columns? Look at position 0.",
        swap=("[angles.sin(), angles.cos()]", "[angles.cos(), angles.sin()]"),
        caught_by="test_positions",
    ),
    mistake(
        "frequency_index_doubled",
        "The slowest wave, in the last columns, should be almost flat, not beyond: how far does your exponent go?",
        swap=("(even / dim)", "(2 * even / dim)"),
        caught_by="test_positions",
    ),
    mistake(
        "positions_in_float32",
        "Far out the angles are in the thousands, and single precision has no decimals left for them.",
        swap=(
            "angles = t / 10000 ** (even / dim)",
            "angles = t.float() / 10000 ** (even.float() / dim)",
        ),
        caught_by="test_positions",
    ),
]

ALSO_CORRECT = [
    correct(
        "moments_and_loops",
        source='''
import math

import torch
import torch.nn.functional as F
from torch import Tensor


def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    if gamma.shape != x.shape[-1:]:
        raise ValueError("gamma")
    variance, mean = torch.var_mean(x, dim=-1, correction=0, keepdim=True)
    return torch.addcmul(beta, (x - mean) * torch.rsqrt(variance + eps), gamma)


def layer_norm_backward(dout: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5):
    """The Jacobian of each token, written out as a matrix."""
    C = x.shape[-1]
    rows, d = x.reshape(-1, C), dout.reshape(-1, C)
    variance, mean = torch.var_mean(rows, dim=1, unbiased=False, keepdim=True)
    sd = (variance + eps) ** 0.5
    hat = (rows - mean) / sd
    eye = torch.eye(C, dtype=x.dtype, device=x.device)
    jacobian = (eye - 1 / C - hat[:, :, None] * hat[:, None, :] / C) / sd[:, :, None]
    dx = torch.einsum("nij,ni->nj", jacobian, d * gamma)
    return dx.reshape(x.shape), torch.einsum("nc,nc->c", d, hat), torch.einsum("nc->c", d)


def transformer_block(x: Tensor, p: dict[str, Tensor], n_head: int) -> Tensor:
    """Head by head; gelu from the error function."""
    C = x.shape[2]
    d = C // n_head
    normed = layer_norm(x, p["ln1_g"], p["ln1_b"])
    late = torch.arange(x.shape[1], device=x.device)[None] > torch.arange(x.shape[1], device=x.device)[:, None]
    out = x + p["b_o"]
    for j in range(n_head):
        q, k, v = [
            normed @ p["W_qkv"][s * C + j * d : s * C + (j + 1) * d].T + p["b_qkv"][s * C + j * d : s * C + (j + 1) * d]
            for s in range(3)
        ]
        weights = torch.softmax((q @ k.mT / math.sqrt(d)).masked_fill(late, -math.inf), -1)
        out = out + weights @ v @ p["W_o"][:, j * d : (j + 1) * d].T
    z = torch.einsum("btc,mc->btm", layer_norm(out, p["ln2_g"], p["ln2_b"]), p["W_1"]) + p["b_1"]
    return out + torch.einsum("btm,cm->btc", 0.5 * z * (1 + torch.erf(z / math.sqrt(2))), p["W_2"]) + p["b_2"]


def sinusoidal_positions(length: int, dim: int) -> Tensor:
    if length <= 0 or dim <= 0 or dim % 2:
        raise ValueError("sizes")
    column = torch.arange(dim)
    slow = torch.exp(-math.log(10000.0) * (column - column % 2).double() / dim)
    angles = torch.outer(torch.arange(length).double(), slow)
    return torch.where(column % 2 == 0, torch.sin(angles), torch.cos(angles)).to(torch.float32)
''',
    ),
    correct(
        "linear_and_inverse_by_steps",
        source='''
import math

import torch
import torch.nn.functional as F
from torch import Tensor


def layer_norm(x, gamma, beta, eps=1e-5):
    """In place on a copy of its own."""
    if len(gamma) != x.size(-1):
        raise ValueError("gamma")
    y = x.clone()
    y -= y.mean(-1, keepdim=True)
    y /= (torch.linalg.vecdot(y, y).unsqueeze(-1) / x.size(-1) + eps).sqrt()
    return y.mul_(gamma).add_(beta)


def layer_norm_backward(dout, x, gamma, eps=1e-5):
    """One step back after the other: scale, quotient, root, variance, mean."""
    n = x.size(-1)
    centred = x - x.mean(-1, keepdim=True)
    s = ((centred**2).sum(-1, keepdim=True) / n + eps).sqrt()
    dhat = dout * gamma
    ds = -(dhat * centred).sum(-1, keepdim=True) / s**2
    dvariance = ds / (2 * s)
    dcentred = dhat / s + 2 * centred * dvariance / n
    dx = dcentred - dcentred.sum(-1, keepdim=True) / n
    axes = list(range(x.dim() - 1))
    return dx, (dout * centred / s).sum(axes), dout.sum(axes)


def transformer_block(x, p, n_head):
    B, T, C = x.shape
    h = layer_norm(x, p["ln1_g"], p["ln1_b"])
    qkv = F.linear(h, p["W_qkv"], p["b_qkv"]).view(B, T, 3, n_head, C // n_head).permute(2, 0, 3, 1, 4)
    a = F.scaled_dot_product_attention(*qkv, attn_mask=torch.ones(T, T, dtype=torch.bool, device=x.device).tril())
    x = torch.add(x, F.linear(a.permute(0, 2, 1, 3).flatten(2), p["W_o"], p["b_o"]))
    h = F.linear(layer_norm(x, p["ln2_g"], p["ln2_b"]), p["W_1"], p["b_1"])
    return torch.add(x, F.linear(F.gelu(h), p["W_2"], p["b_2"]))


def sinusoidal_positions(length, dim):
    if dim < 2 or dim % 2 == 1 or length < 1:
        raise ValueError("sizes")
    out = torch.zeros(length, dim, dtype=torch.float64)
    for i in range(dim // 2):
        angle = torch.arange(length, dtype=torch.float64) / math.pow(10000.0, 2 * i / dim)
        out[:, 2 * i] = torch.sin(angle)
        out[:, 2 * i + 1] = torch.cos(angle)
    return out.float()
''',
    ),
]


def probe(m):
    """Two sequences of five tokens with eight features: the norm both ways with eps 0.1, the block, and the waves."""
    draw = torch.Generator().manual_seed(807)

    def normal(*shape):
        return torch.randn(shape, generator=draw, dtype=torch.float64)

    C, M = 8, 12
    x, dout, gamma, beta = normal(2, 5, C), normal(2, 5, C), 1 + 0.3 * normal(C), normal(C)
    p = {"ln1_g": 1 + 0.3 * normal(C), "ln1_b": 0.3 * normal(C), "ln2_g": 1 + 0.3 * normal(C), "ln2_b": 0.3 * normal(C)}
    for name, shape in (("W_qkv", (3 * C, C)), ("W_o", (C, C)), ("W_1", (M, C)), ("W_2", (C, M))):
        p[name] = 0.4 * normal(*shape)
        p["b_" + name[2:]] = 0.3 * normal(shape[0])

    def gradient(part):
        return m.layer_norm_backward(dout, x, gamma, eps=0.1)[part]

    def far_out():
        even = torch.arange(0, 16, 2, dtype=torch.float64)
        angles = torch.arange(8000, dtype=torch.float64)[:, None] / 10000 ** (even / 16)
        due = torch.stack([angles.sin(), angles.cos()], dim=-1).reshape(8000, 16)
        return torch.allclose(m.sinusoidal_positions(8000, 16).double(), due, rtol=0.0, atol=1e-5)

    return {
        "normalised": lambda: m.layer_norm(x, gamma, beta, eps=0.1),
        "dx": lambda: gradient(0),
        "dgamma": lambda: gradient(1),
        "dbeta": lambda: gradient(2),
        "block": lambda: m.transformer_block(x, p, 2),
        "positions": lambda: m.sinusoidal_positions(6, 8),
        "positions right far out": far_out,
    }
