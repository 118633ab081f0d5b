"""Known wrong answers to data_parallel with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

DEAL = "    return order[rank::world_size].clone()\n"
FILL = "        order = order.repeat(times)[: rounds * world_size]\n"
GATHER = """    # Now rank r owns the finished chunk r + 1.
    for s in range(size - 1):
        sent = [chunks[r][(r + 1 - s) % size].clone() for r in range(size)]
        for r in range(size):
            chunks[(r + 1) % size][(r + 1 - s) % size] = sent[r]
        messages += size
"""
STEP = "    return [p - lr * g for p, g in zip(params, mean)]\n"

MISTAKES = [
    mistake(
        "contiguous_blocks",
        "Ranks take turns through the order, like players who are dealt cards; yours get one block each.",
        swap=(DEAL, "    return order[rank * len(order) // world_size :][: len(order) // world_size].clone()\n"),
        caught_by="test_shards",
    ),
    mistake(
        "no_padding",
        "All ranks must do the same number of steps, or someone waits for ever: make the order long enough first.",
        swap=(FILL, ""),
        caught_by="test_shards",
    ),
    mistake(
        "permutation_ignored",
        "The shuffled order was handed to you; your shards are those of the unshuffled one.",
        swap=("order = torch.arange(n) if perm is None else perm", "order = torch.arange(n)"),
        caught_by="test_shard_permutation",
    ),
    mistake(
        "pads_with_last",
        "The filler comes from the front of the order, not from its end.",
        swap=(FILL, "        order = torch.cat([order, order[-1:].repeat(rounds * world_size - n)])\n"),
        caught_by="test_shards",
    ),
    mistake(
        "pads_at_most_once",
        "With many ranks and few examples one repetition of the order is not enough: how long is yours?",
        swap=(FILL, "        order = order.repeat(2)[: rounds * world_size]\n"),
        caught_by="test_shards",
    ),
    mistake(
        "drop_last_ignored",
        "Whether the end is cut off or filled up is the caller's choice.",
        swap=("    if drop_last:\n", "    if False:\n"),
        caught_by="test_shards",
    ),
    mistake(
        "ranks_weighted_equally",
        "A rank with four rows knows more than one with a single row.",
        swap=("    total = sum(weights)\n", "    weights = [1] * len(weights)\n    total = sum(weights)\n"),
        caught_by="test_weighted_mean",
    ),
    mistake(
        "sums_instead_of_averaging",
        "Your step grows with the number of machines: what turns the weighted sum into a mean?",
        swap=(" / total for column", " for column"),
        caught_by="test_weighted_mean",
    ),
    mistake(
        "takes_first_rank_only",
        "Every rank has something to say; yours listens to the first one.",
        swap=(
            "[sum(w * g for w, g in zip(weights, column)) / total for column in zip(*grads_per_rank)]",
            "[g.clone() for g in grads_per_rank[0]]",
        ),
        caught_by="test_weighted_mean",
    ),
    mistake(
        "replicas_step_one_after_another",
        "All replicas start the step from the same weights; yours move in between.",
        swaps=[
            (
                "    grads = [grad_fn(params, X, y) for X, y in shards]\n"
                "    mean = all_reduce_mean(grads, [len(X) for X, _ in shards])  # a mean over m rows counts m times\n",
                "    for X, y in shards:\n",
            ),
            (STEP, "        params = [p - lr * g for p, g in zip(params, grad_fn(params, X, y))]\n    return params\n"),
        ],
        caught_by="test_step_equals_single_device",
    ),
    mistake(
        "averages_weights_unweighted",
        "Shards of different size need different weight, whether you average gradients or stepped weights.",
        swap=(", [len(X) for X, _ in shards])  # a mean over m rows counts m times", ")"),
        caught_by="test_step_equals_single_device",
    ),
    mistake(
        "no_gather_phase",
        "Each rank owns one finished piece; the others still need it.",
        swap=(GATHER, ""),
        caught_by="test_ring_result",
    ),
    mistake(
        "gather_phase_adds_again",
        "Finished pieces are copied, not added.",
        swap=(
            "chunks[(r + 1) % size][(r + 1 - s) % size] = sent[r]",
            "chunks[(r + 1) % size][(r + 1 - s) % size] += sent[r]",
        ),
        caught_by="test_ring_result",
    ),
    mistake(
        "counts_steps_not_messages",
        "In each step every rank sends something: how many messages are that?",
        swap=(
            "return [torch.cat(own) for own in chunks], messages",
            "return [torch.cat(own) for own in chunks], messages // size",
        ),
        caught_by="test_ring_messages",
    ),
]

ALSO_CORRECT = [
    correct(
        "closed_forms",
        source='''
import torch


def shard_indices(n, world_size, rank, perm=None, drop_last=False):
    if min(n, world_size) < 1 or rank not in range(world_size):
        raise ValueError("out of range")
    length = n // world_size if drop_last else (n + world_size - 1) // world_size
    places = (rank + world_size * torch.arange(length)) % n
    return places if perm is None else perm[places.to(perm.device)]


def all_reduce_mean(grads_per_rank, weights=None):
    for other in grads_per_rank[1:]:
        if len(other) != len(grads_per_rank[0]):
            raise ValueError("tensors")
    if weights is not None and len(weights) != len(grads_per_rank):
        raise ValueError("weights")
    result = []
    for column in zip(*grads_per_rank):
        stacked = torch.stack(column)
        shares = stacked.new_ones(len(column)) if weights is None else stacked.new_tensor(weights)
        result.append(torch.tensordot(shares / shares.sum(), stacked, dims=1))
    return result


def parallel_sgd_step(params, shards, grad_fn, lr):
    """Averages stepped replicas instead of gradients, with the right weights: the same thing."""
    if lr < 0:
        raise ValueError("lr")
    replicas = []
    for X, y in shards:
        own = [p.clone() for p in params]
        replicas.append([p.sub(g, alpha=lr) for p, g in zip(own, grad_fn(own, X, y))])
    return all_reduce_mean(replicas, weights=[X.shape[0] for X, y in shards])


def ring_all_reduce(vectors):
    if len(vectors) == 0:
        raise ValueError("no vectors")
    if len({tuple(v.shape) for v in vectors}) != 1:
        raise ValueError("shapes")
    total, ranks = torch.stack(vectors).sum(0), len(vectors)
    return [total.clone() for _ in vectors], 2 * ranks * (ranks - 1)
''',
    ),
    correct(
        "mailboxes",
        source="""
from itertools import cycle, islice
from typing import Callable

import torch
from torch import Tensor


def shard_indices(n: int, world_size: int, rank: int, perm: Tensor | None = None, drop_last: bool = False) -> Tensor:
    if n <= 0 or world_size <= 0 or rank < 0 or rank >= world_size:
        raise ValueError("n, world_size or rank")
    order = list(range(n)) if perm is None else perm.tolist()
    if drop_last:
        del order[n - n % world_size :]
    missing = -len(order) % world_size
    dealt = [*order, *islice(cycle(order), missing)] if missing else order
    own = [index for place, index in enumerate(dealt) if place % world_size == rank]
    return torch.tensor(own, dtype=torch.int64, device=None if perm is None else perm.device)


def all_reduce_mean(grads_per_rank: list[list[Tensor]], weights: list[int] | None = None) -> list[Tensor]:
    counts = [len(grads) for grads in grads_per_rank]
    if min(counts) != max(counts) or (weights is not None and len(weights) != len(counts)):
        raise ValueError("ranks do not fit together")
    mean, seen = [torch.zeros_like(g) for g in grads_per_rank[0]], 0
    for w, grads in zip(weights or [1] * len(counts), grads_per_rank):
        seen += w
        if w:
            for average, g in zip(mean, grads):
                average.add_((g - average) * (w / seen))
    return mean


def parallel_sgd_step(params: list[Tensor], shards: list[tuple[Tensor, Tensor]], grad_fn: Callable, lr: float):
    if not lr >= 0:
        raise ValueError("lr")
    rows = sum(len(y) for _, y in shards)
    stepped = [p.clone() for p in params]
    for X, y in shards:
        for p, g in zip(stepped, grad_fn(params, X, y)):
            p -= lr * len(y) / rows * g
    return stepped


class Rank:
    def __init__(self, number: int, ranks: int, vector: Tensor):
        self.number, self.ranks = number, ranks
        self.chunks = [chunk.clone() for chunk in vector.tensor_split(ranks)]
        self.mailbox: list = []

    def send(self, chunk: int, ring: list) -> int:
        k = chunk % self.ranks
        ring[(self.number + 1) % self.ranks].mailbox.append((k, self.chunks[k].clone()))
        return 1

    def open(self, add: bool) -> None:
        for chunk, content in self.mailbox:
            self.chunks[chunk] = self.chunks[chunk] + content if add else content
        self.mailbox = []


def ring_all_reduce(vectors: list[Tensor]) -> tuple[list[Tensor], int]:
    if not vectors or not all(v.shape == vectors[0].shape for v in vectors):
        raise ValueError("vectors")
    ring = [Rank(r, len(vectors), v) for r, v in enumerate(vectors)]
    count = 0
    for offset in (0, 1):
        for s in range(len(ring) - 1):
            count += sum(rank.send(rank.number + offset - s, ring) for rank in ring)
            for rank in ring:
                rank.open(add=offset == 0)
    return [torch.hstack(rank.chunks) for rank in ring], count
""",
    ),
]


def probe(m):
    """Shards of (7, 3) and (2, 5), with an order and with drop_last, means, a step of three shards, a ring of three."""
    draw = torch.Generator().manual_seed(904)

    def normal(*shape):
        return torch.randn(shape, generator=draw, dtype=torch.float64)

    perm = torch.tensor([3, 0, 6, 2, 5, 1, 4])
    grads = [[normal(2, 2), normal(3)] for _ in range(3)]
    params = [normal(2), normal()]
    shards = [(normal(rows, 2), normal(rows)) for rows in (4, 2, 1)]
    vectors = [normal(7) for _ in range(3)]
    return {
        "shards": lambda: [m.shard_indices(7, 3, r) for r in range(3)],
        "shards of an order": lambda: [m.shard_indices(7, 3, r, perm=perm) for r in range(3)],
        "shards without the last": lambda: [m.shard_indices(7, 3, r, drop_last=True) for r in range(3)],
        "few examples": lambda: m.shard_indices(2, 5, 4),
        "mean": lambda: m.all_reduce_mean(grads),
        "weighted mean": lambda: m.all_reduce_mean(grads, weights=[4, 2, 1]),
        "step": lambda: m.parallel_sgd_step(params, shards, m.kit.line_gradients, 0.5),
        "ring": lambda: m.ring_all_reduce(vectors)[0],
        "messages": lambda: m.ring_all_reduce(vectors)[1],
    }
