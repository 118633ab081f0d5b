"""Data parallel training in one process.

Shards as PyTorch's DistributedSampler makes them. The ring is that of "Bandwidth optimal all-reduce algorithms for
clusters of workstations" (Patarasu and Yuan, 2009).
"""

from typing import Callable

import torch
from torch import Tensor


def shard_indices(
    n: int,
    world_size: int,
    rank: int,
    perm: Tensor | None = None,
    drop_last: bool = False,
) -> Tensor:
    """Cut or fill the order so that all ranks get equally much, then deal it out like cards."""
    if n < 1 or world_size < 1:
        raise ValueError(f"need at least one example and one rank, got {n} and {world_size}")
    if not 0 <= rank < world_size:
        raise ValueError(f"rank must lie in 0 ... {world_size - 1}, got {rank}")
    order = torch.arange(n) if perm is None else perm
    if drop_last:
        order = order[: n // world_size * world_size]
    else:
        rounds = -(-n // world_size)  # rounded up
        times = -(-rounds * world_size // n)  # more than twice where there are many ranks and few examples
        order = order.repeat(times)[: rounds * world_size]
    return order[rank::world_size].clone()


def all_reduce_mean(grads_per_rank: list[list[Tensor]], weights: list[int] | None = None) -> list[Tensor]:
    """The weighted mean over the ranks, tensor by tensor."""
    if len({len(grads) for grads in grads_per_rank}) > 1:
        raise ValueError("every rank needs the same number of tensors")
    if weights is None:
        weights = [1] * len(grads_per_rank)
    if len(weights) != len(grads_per_rank):
        raise ValueError(f"got {len(weights)} weights for {len(grads_per_rank)} ranks")
    total = sum(weights)
    return [sum(w * g for w, g in zip(weights, column)) / total for column in zip(*grads_per_rank)]


def parallel_sgd_step(
    params: list[Tensor],
    shards: list[tuple[Tensor, Tensor]],
    grad_fn: Callable[[list[Tensor], Tensor, Tensor], list[Tensor]],
    lr: float,
) -> list[Tensor]:
    """Every rank works out its gradient at the same parameters; one common step follows the weighted mean."""
    if lr < 0:
        raise ValueError(f"lr must not be negative, got {lr}")
    grads = [grad_fn(params, X, y) for X, y in shards]
    mean = all_reduce_mean(grads, [len(X) for X, _ in shards])  # a mean over m rows counts m times
    return [p - lr * g for p, g in zip(params, mean)]


def ring_all_reduce(vectors: list[Tensor]) -> tuple[list[Tensor], int]:
    """Chunks travel around the ring twice: once to be added up, once to be handed out."""
    if not vectors or any(v.shape != vectors[0].shape for v in vectors):
        raise ValueError("need at least one vector, and all of the same shape")
    size = len(vectors)
    chunks = [list(torch.tensor_split(v.clone(), size)) for v in vectors]  # chunks[rank][k]
    messages = 0
    for s in range(size - 1):
        sent = [chunks[r][(r - s) % size].clone() for r in range(size)]  # all at once: as it was before this step
        for r in range(size):
            chunks[(r + 1) % size][(r - s) % size] += sent[r]
        messages += size
    # Now rank r owns the finished chunk r + 1.
    for s in range(size - 1):
        sent = [chunks[r][(r + 1 - s) % size].clone() for r in range(size)]
        for r in range(size):
            chunks[(r + 1) % size][(r + 1 - s) % size] = sent[r]
        messages += size
    return [torch.cat(own) for own in chunks], messages
