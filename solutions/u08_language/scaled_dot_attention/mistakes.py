"""Known wrong answers to scaled_dot_attention with their hints, other right answers, and the probe for them."""

import torch

from grader.checks import correct, mistake

FILL = "    scores = scores.masked_fill(~allowed, -math.inf)\n"
SOFTMAX = "weights = torch.softmax(scores, dim=-1)\n"
EMPTY = "    weights = weights.masked_fill(~allowed.any(dim=-1, keepdim=True), 0.0)\n"
TRIL = "allowed = allowed.tril()"

MISTAKES = [
    mistake(
        "no_scaling",
        "The longer the vectors, the larger their products; what brings them back to order one?",
        swap=("q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])", "q @ k.transpose(-2, -1)"),
        caught_by="test_plain",
    ),
    mistake(
        "scales_by_width",
        "A sum of d random products grows like a root of d, not like d.",
        swap=("q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])", "q @ k.transpose(-2, -1) / q.shape[-1]"),
        caught_by="test_plain",
    ),
    mistake(
        "softmax_over_queries",
        "Each query spreads one unit of attention over the keys; along which axis do your weights add up to one?",
        swap=("torch.softmax(scores, dim=-1)", "torch.softmax(scores, dim=-2)"),
        caught_by="test_plain",
    ),
    mistake(
        "softmax_overflows",
        "A score of 1000 is harmless after the largest one of its row has been taken away, and infinite before.",
        swap=(
            SOFTMAX,
            "weights = scores.exp() / scores.exp().sum(dim=-1, keepdim=True)\n",
        ),
        caught_by="test_weights_sum_to_one",
    ),
    mistake(
        "mask_inverted",
        "Here True means that a query may look at a key, not that the key is hidden.",
        swap=("allowed = allowed & mask", "allowed = allowed & ~mask"),
        caught_by="test_masked",
    ),
    mistake(
        "masks_after_softmax",
        "Masked positions should not have taken part in the sum at all: what do your remaining weights add up to?",
        swaps=[
            (FILL, ""),
            (SOFTMAX, "weights = torch.softmax(scores, dim=-1) * allowed\n"),
        ],
        caught_by="test_masked",
    ),
    mistake(
        "masked_scores_zero",
        "A score of zero still gets its share of the softmax; which score gets none?",
        swap=(FILL, FILL.replace("-math.inf", "0.0")),
        caught_by="test_masked",
    ),
    mistake(
        "causal_hides_itself",
        "A position may look at itself, not only at those before it.",
        swap=(TRIL, "allowed = allowed.tril(-1)"),
        caught_by="test_causal",
    ),
    mistake(
        "fully_masked_row_nan",
        "Nobody to look at: the answer is nothing, not nonsense.",
        swap=(EMPTY, ""),
        caught_by="test_nothing_to_attend",
    ),
    mistake(
        "fully_masked_row_uniform",
        "If all scores are hugely negative, a softmax takes them for equal: your query sees everything it may not.",
        swaps=[(FILL, FILL.replace("-math.inf", "-1e9")), (EMPTY, "")],
        caught_by="test_nothing_to_attend",
    ),
    mistake(
        "causal_flag_ignored",
        "Change a late token and watch an early output: with the causal flag it must not move.",
        swap=(TRIL, "pass"),
        caught_by="test_causal",
    ),
    mistake(
        "causal_upside_down",
        "The past should be visible, not the future.",
        swap=(TRIL, "allowed = allowed.triu()"),
        caught_by="test_causal",
    ),
    mistake(
        "causal_aligned_at_the_end",
        "Both counts begin at the start: the first query sees the first key only, however many keys there are.",
        swap=(TRIL, "allowed = allowed.tril(k.shape[-2] - q.shape[-2])"),
        caught_by="test_causal",
    ),
    mistake(
        "causal_replaces_the_mask",
        "With both masks given, a key must be allowed by both; one of yours is lost.",
        swap=(TRIL, "allowed = torch.ones_like(allowed).tril()"),
        caught_by="test_causal",
    ),
    mistake(
        "backward_softmax_diagonal_only",
        "Raising one weight lowers the others: where does that show in your gradient?",
        swap=("(dweights - (dweights * weights).sum(dim=-1, keepdim=True))", "dweights"),
        caught_by="test_backward",
    ),
    mistake(
        "backward_unscaled",
        "The scores were scaled on the way in, so their gradient is scaled on the way back.",
        swap=("scale = 1 / math.sqrt(q.shape[-1])", "scale = 1"),
        caught_by="test_backward",
    ),
]

ALSO_CORRECT = [
    correct(
        "einsum_and_exp",
        source='''
import torch
from torch import Tensor


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None, causal: bool = False):
    """Its own softmax: hidden keys have the weight 0 in it, and an empty row divides by one."""
    d, Tq, Tk = q.size(-1), q.size(-2), k.size(-2)
    if k.size(-1) != d or v.size(-2) != Tk:
        raise ValueError("shapes")
    S = torch.einsum("...id,...jd->...ij", q, k) * d**-0.5
    allowed = torch.ones(Tq, Tk, dtype=torch.bool, device=q.device)
    if causal:
        allowed = torch.arange(Tq, device=q.device).unsqueeze(1) >= torch.arange(Tk, device=q.device)
    if mask is not None:
        allowed = torch.logical_and(allowed, mask)
    # the largest visible score of the row is taken away, so that exp can't overflow
    top = torch.where(allowed, S, -torch.inf).amax(-1, keepdim=True)
    top = torch.where(top.isinf(), 0.0, top)
    E = torch.where(allowed, torch.exp(torch.where(allowed, S, top) - top), torch.zeros_like(S))
    total = E.sum(-1, keepdim=True)
    W = E / torch.where(total == 0, torch.ones_like(total), total)
    return torch.einsum("...ij,...je->...ie", W, v), W


def attention_backward(dout, q, k, v, weights):
    d = q.size(-1)
    dW = torch.einsum("...ie,...je->...ij", dout, v)
    WdW = weights * dW
    dS = (WdW - weights * WdW.sum(-1, keepdim=True)) / d**0.5
    return (
        torch.einsum("...ij,...jd->...id", dS, k),
        torch.einsum("...ij,...id->...jd", dS, q),
        torch.einsum("...ij,...ie->...je", weights, dout),
    )
''',
    ),
    correct(
        "additive_bias_and_delta",
        source='''
import math
import torch
from torch import Tensor


def attention(q, k, v, mask=None, causal=False):
    """Scaled before the product; masks as a number that is added; nan repaired at the end."""
    if q.shape[-1] != k.shape[-1]:
        raise ValueError("q and k")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError("k and v")
    root = math.sqrt(math.sqrt(q.shape[-1]))
    S = torch.matmul(q / root, (k / root).mT)
    bias = torch.zeros_like(S)
    if mask is not None:
        bias = bias.masked_fill(mask.logical_not(), float("-inf"))
    if causal:
        above = torch.ones(S.shape[-2:], dtype=torch.bool, device=S.device).triu(1)
        bias = bias.masked_fill(above, float("-inf"))
    W = (S + bias).softmax(-1).nan_to_num(nan=0.0)
    return W.matmul(v), W


def attention_backward(dout, q, k, v, weights):
    """The row sums are those of dout times the output, as flash attention has them."""
    out = weights @ v
    delta = (dout * out).sum(-1, keepdim=True)
    dS = weights * (dout @ v.mT - delta)
    root = math.sqrt(q.shape[-1])
    return dS @ (k / root), dS.mT @ (q / root), weights.mT @ dout
''',
    ),
    correct(
        "query_by_query",
        source='''
import torch
from torch import Tensor


def attention(q, k, v, mask=None, causal=False):
    """One query at a time over the keys that it may see."""
    if q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise ValueError("shapes")
    lead, (Tq, d), (Tk, dv) = q.shape[:-2], q.shape[-2:], v.shape[-2:]
    mask = torch.ones(1, 1, dtype=torch.bool, device=q.device) if mask is None else mask
    mask = mask.expand(*lead, Tq, Tk).reshape(-1, Tq, Tk)
    qs, ks, vs = q.reshape(-1, Tq, d), k.reshape(-1, Tk, d), v.reshape(-1, Tk, dv)
    W, out = q.new_zeros(len(qs), Tq, Tk), q.new_zeros(len(qs), Tq, dv)
    for n in range(len(qs)):
        for i in range(Tq):
            seen = [j for j in range(Tk) if mask[n, i, j] and (not causal or j <= i)]
            if seen:
                W[n, i, seen] = torch.softmax(ks[n, seen] @ qs[n, i] / d**0.5, 0)
                out[n, i] = W[n, i, seen] @ vs[n, seen]
    return out.reshape(*lead, Tq, dv), W.reshape(*lead, Tq, Tk)


def attention_backward(dout, q, k, v, weights):
    """The softmax's Jacobian, written out."""
    jacobian = torch.diag_embed(weights) - weights.unsqueeze(-1) * weights.unsqueeze(-2)
    dS = (jacobian @ (dout @ v.transpose(-1, -2)).unsqueeze(-1)).squeeze(-1) / q.shape[-1] ** 0.5
    return dS @ k, dS.transpose(-1, -2) @ q, weights.transpose(-1, -2) @ dout
''',
    ),
]


def probe(m):
    """Twice 4 queries and 5 keys: plain, masks with and without an empty row, causal, large scores, backwards."""
    draw = torch.Generator().manual_seed(805)

    def normal(*shape):
        return torch.randn(shape, generator=draw, dtype=torch.float64)

    q, k, v, dout = normal(2, 4, 3), normal(2, 5, 3), normal(2, 5, 6), normal(2, 4, 6)
    mask = torch.rand(2, 4, 5, generator=draw) < 0.5
    mask[..., 0], mask[..., 1] = True, False
    holes = mask.clone()
    holes[0, 2], holes[1, 0] = False, False
    weights = torch.softmax(normal(2, 4, 5), dim=-1)

    def gradient(part):
        return m.attention_backward(dout, q, k, v, weights)[part]

    return {
        "plain": lambda: m.attention(q, k, v),
        "a mask": lambda: m.attention(q, k, v, mask=mask),
        "a mask with empty rows": lambda: m.attention(q, k, v, mask=holes),
        "causal": lambda: m.attention(q, k, v, causal=True),
        "causal, square": lambda: m.attention(q, k[:, :4], v[:, :4], causal=True),
        "causal and a mask": lambda: m.attention(q, k, v, mask=mask, causal=True),
        "large scores": lambda: m.attention(2000 * q, k, v),
        "dq": lambda: gradient(0),
        "dk": lambda: gradient(1),
        "dv": lambda: gradient(2),
    }
