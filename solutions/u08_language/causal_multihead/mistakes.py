"""Known wrong answers to causal_multihead with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

SPLIT = "x.reshape(B, T, n_head, C // n_head).transpose(1, 2)"
MERGE = "x.transpose(1, 2).reshape(B, T, n_head * width)"
PARTS = "for part in (x @ W_qkv.T + b_qkv).chunk(3, dim=-1)"
CACHE = "if cache is not None:\n"
JOINED = """        k = torch.cat([cache["k"], k], dim=2)
        v = torch.cat([cache["v"], v], dim=2)
"""

MISTAKES = [
    mistake(
        "heads_cut_without_transpose",
        "Your heads mix columns of different positions: cut the columns first, then move the heads in front.",
        swap=(SPLIT, "x.reshape(B, n_head, T, C // n_head)"),
        caught_by="test_split_and_merge",
    ),
    mistake(
        "heads_joined_without_transpose",
        "Splitting and merging should cancel out: where do the heads stand when you join the columns?",
        swap=(MERGE, "x.reshape(B, T, n_head * width)"),
        caught_by="test_split_and_merge",
    ),
    mistake(
        "heads_only_reshaped",
        "Going there and back cancels out, but in between your heads mix columns of different positions.",
        swaps=[(SPLIT, "x.reshape(B, n_head, T, C // n_head)"), (MERGE, "x.reshape(B, T, n_head * width)")],
        caught_by="test_split_and_merge",
    ),
    mistake(
        "head_axis_last",
        "A head owns neighbouring columns; yours takes every n-th.",
        swaps=[
            (SPLIT, "x.reshape(B, T, C // n_head, n_head).permute(0, 3, 1, 2)"),
            (MERGE, "x.permute(0, 2, 3, 1).reshape(B, T, n_head * width)"),
        ],
        caught_by="test_split_and_merge",
    ),
    mistake(
        "head_axis_last_in_split",
        "A head owns neighbouring columns; when you split, yours takes every n-th.",
        swap=(SPLIT, "x.reshape(B, T, C // n_head, n_head).permute(0, 3, 1, 2)"),
        caught_by="test_split_and_merge",
    ),
    mistake(
        "scaled_by_full_width",
        "How long are the vectors that are multiplied inside one head?",
        swap=("math.sqrt(q.shape[-1])", "math.sqrt(C)"),
        caught_by="test_full_output",
    ),
    mistake(
        "scaling_missing",
        "Scores are products of long vectors: what brings them back to order one?",
        swap=(" / math.sqrt(q.shape[-1])", ""),
        caught_by="test_full_output",
    ),
    mistake(
        "future_visible",
        "Change the last token: which outputs move, and which of them should?",
        swap=(".tril(old)", ""),
        caught_by="test_no_future",
    ),
    mistake(
        "query_key_value_order",
        "Queries come first in the big matrix, then keys, then values.",
        swap=("q, k, v = (split_heads", "k, q, v = (split_heads"),
        caught_by="test_full_output",
    ),
    mistake(
        "key_value_order",
        "The first block is right; which of the other two makes the keys?",
        swap=("q, k, v = (split_heads", "q, v, k = (split_heads"),
        caught_by="test_full_output",
    ),
    mistake(
        "blocks_cut_head_by_head",
        "The big matrix is cut into queries, keys and values first, and each of the three into heads afterwards.",
        swap=(
            PARTS,
            "for part in (x @ W_qkv.T + b_qkv).reshape(*x.shape[:2], n_head, 3, -1).permute(3, 0, 1, 2, 4).flatten(3)",
        ),
        caught_by="test_full_output",
    ),
    mistake(
        "output_projection_missing",
        "After the heads are joined, one more matrix mixes them.",
        swap=("merge_heads(weights @ v) @ W_o.T + b_o", "merge_heads(weights @ v)"),
        caught_by="test_full_output",
    ),
    mistake(
        "cache_overwritten",
        "The new token should still see the old ones: what is in the cache after your second step?",
        swap=(JOINED, "        k, v = k + 0, v + 0\n"),
        caught_by="test_cache_token_by_token",
    ),
    mistake(
        "cache_mask_not_shifted",
        "The second of two new tokens may see everything before it; does your mask know how many old ones there are?",
        swap=(".tril(old)", ".tril()"),
        caught_by="test_cache_token_by_token",
    ),
    mistake(
        "new_tokens_unmasked_behind_a_cache",
        "Among the new tokens of a piece there is an order, too: the first must not see the second.",
        swap=(".tril(old)", ".tril(old if cache is None else k.shape[2])"),
        caught_by="test_cache_in_pieces",
    ),
    mistake(
        "old_cache_changed",
        "Whoever handed you the cache may want to go on from it a second time; give back a new one.",
        swap=(
            'return output, {"k": k, "v": v}',
            "cache = {} if cache is None else cache\n    cache.update(k=k, v=v)\n    return output, cache",
        ),
        caught_by="test_cache_is_new",
    ),
]

ALSO_CORRECT = [
    correct(
        "einsum_over_cut_weights",
        source='''
import math
import torch
from torch import Tensor


def split_heads(x: Tensor, n_head: int) -> Tensor:
    if x.shape[-1] % n_head:
        raise ValueError("heads")
    return torch.stack(x.chunk(n_head, dim=-1), dim=1)


def merge_heads(x: Tensor) -> Tensor:
    return torch.cat(x.unbind(1), dim=-1)


def causal_self_attention(x, W_qkv, b_qkv, W_o, b_o, n_head):
    """The weights are cut into heads, not the tokens; the output projection sums over the heads."""
    B, T, C = x.shape
    if C % n_head or tuple(W_qkv.shape) != (3 * C, C):
        raise ValueError("shapes")
    d = C // n_head
    W, b = W_qkv.reshape(3, n_head, d, C), b_qkv.reshape(3, n_head, 1, d)
    q, k, v = torch.einsum("btc,shdc->sbhtd", x, W) + b[:, None]
    S = torch.einsum("bhid,bhjd->bhij", q, k) / math.sqrt(d)
    S = S + torch.full((T, T), -math.inf, dtype=x.dtype, device=x.device).triu(1)
    heads = torch.einsum("bhij,bhjd->bhid", S.softmax(-1), v)
    return torch.einsum("bhid,ohd->bio", heads, W_o.reshape(C, n_head, d)) + b_o


def causal_self_attention_step(x, W_qkv, b_qkv, W_o, b_o, n_head, cache=None):
    """Its own path: the queries of a piece one after the other."""
    B, t, C = x.shape
    if C % n_head or tuple(W_qkv.shape) != (3 * C, C):
        raise ValueError("shapes")
    q, k, v = [split_heads(x @ W_qkv[i * C : (i + 1) * C].T + b_qkv[i * C : (i + 1) * C], n_head) for i in range(3)]
    old = 0
    if cache:
        old = cache["k"].shape[2]
        k, v = torch.cat((cache["k"], k), 2), torch.cat((cache["v"], v), 2)
    rows = []
    for i in range(t):
        seen = old + i + 1
        S = (k[:, :, :seen] * q[:, :, i : i + 1]).sum(-1) / math.sqrt(C // n_head)
        rows.append((S.softmax(-1).unsqueeze(-1) * v[:, :, :seen]).sum(2))
    return merge_heads(torch.stack(rows, 2)) @ W_o.T + b_o, {"k": k, "v": v}
''',
    ),
    correct(
        "cache_with_room_to_spare",
        source='''
import torch
from torch import Tensor


def split_heads(x: Tensor, n_head: int) -> Tensor:
    B, T, C = x.shape
    if C // n_head * n_head != C:
        raise ValueError("heads")
    return x.contiguous().view(B, T, n_head, -1).permute(0, 2, 1, 3).contiguous()


def merge_heads(x: Tensor) -> Tensor:
    return x.permute(0, 2, 1, 3).flatten(2)


def _qkv(x, W_qkv, b_qkv, n_head):
    C = x.shape[-1]
    if W_qkv.ndim != 2 or W_qkv.shape[0] != 3 * C or W_qkv.shape[1] != C:
        raise ValueError("W_qkv")
    return [split_heads(part, n_head) for part in torch.addmm(b_qkv, x.reshape(-1, C), W_qkv.t()).view(*x.shape[:2], -1).split(C, 2)]


def _attend(q, k, v, first):
    """Rows of a softmax written out, over the positions up to first + i."""
    new = first + torch.arange(q.shape[2], device=q.device)
    all_ = torch.arange(k.shape[2], device=q.device)
    S = (q * q.shape[-1] ** -0.5) @ k.mT
    S = torch.where(all_ <= new[:, None], S, torch.finfo(S.dtype).min)
    E = torch.exp(S - S.max(-1, keepdim=True).values)
    return E @ v / E.sum(-1, keepdim=True)


def causal_self_attention(x, W_qkv, b_qkv, W_o, b_o, n_head):
    return merge_heads(_attend(*_qkv(x, W_qkv, b_qkv, n_head), 0)) @ W_o.mT + b_o


def causal_self_attention_step(x, W_qkv, b_qkv, W_o, b_o, n_head, cache=None):
    q, k, v = _qkv(x, W_qkv, b_qkv, n_head)
    old = 0 if cache is None else cache["k"].size(2)
    full = {}
    for name, new in (("k", k), ("v", v)):
        room = new.new_empty(new.size(0), n_head, old + new.size(2), new.size(3))
        if old:
            room[:, :, :old] = cache[name]
        room[:, :, old:] = new
        full[name] = room
    return merge_heads(_attend(q, full["k"], full["v"], old)) @ W_o.mT + b_o, full
''',
    ),
]


def probe(m):
    """Two sequences of five tokens, eight columns, two heads: splitting, merging, everything at once, and in pieces."""
    draw = torch.Generator().manual_seed(806)

    def normal(*shape):
        return torch.randn(shape, generator=draw, dtype=torch.float64)

    x, heads = normal(2, 5, 8), normal(2, 2, 5, 4)
    weights = (0.6 * normal(24, 8), 0.5 * normal(24), 0.6 * normal(8, 8), 0.5 * normal(8))

    def in_pieces(sizes):
        outputs, cache = [], None
        for piece in x.split(sizes, dim=1):
            output, cache = m.causal_self_attention_step(piece, *weights, 2, **({"cache": cache} if cache else {}))
            outputs.append(output)
        return torch.cat(outputs, dim=1)

    def old_cache():
        found = m.kit.two_continuations(m.causal_self_attention_step, x[:, :2], x[:, 2:4], x[:, 4:], weights, 2)
        return list(found["k of the old cache"].shape)

    return {
        "split": lambda: m.split_heads(x, 2),
        "merged": lambda: m.merge_heads(heads),
        "merged after split": lambda: m.merge_heads(m.split_heads(x, 2)),
        "everything at once": lambda: m.causal_self_attention(x, *weights, 2),
        "one token at a time": lambda: in_pieces([1, 1, 1, 1, 1]),
        "pieces of 2 and 3": lambda: in_pieces([2, 3]),
        "old cache": old_cache,
    }
