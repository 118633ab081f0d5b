"""Data parallel training, simulated in one process: shards, averaged gradients, and a ring all-reduce."""

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
    """The indices of the examples that one rank works on: a 1-D int64 tensor, of the same length for every rank.

    perm: an order of the n examples (a permutation of 0 ... n-1, int64), or None for 0, 1, ..., n-1.
    The order is first made a multiple of `world_size` long: with `drop_last` by cutting off its end, otherwise by
    repeating it from its start, as often as needed. Then rank r takes every `world_size`-th entry, from position r on.

    Raises ValueError if n < 1, world_size < 1, or rank is not one of 0 ... world_size-1.
    """
    raise NotImplementedError


def all_reduce_mean(grads_per_rank: list[list[Tensor]], weights: list[int] | None = None) -> list[Tensor]:
    """For each tensor, its mean over the ranks, weighted with `weights` (one number per rank; None: all the same).

    grads_per_rank: one list per rank, with the same shapes in the same order. The tensors stay as they are; the result
    consists of new ones.

    Raises ValueError if the ranks have different numbers of tensors, or if there is not one weight per rank.
    """
    raise NotImplementedError


def parallel_sgd_step(
    params: list[Tensor],
    shards: list[tuple[Tensor, Tensor]],
    grad_fn: Callable[[list[Tensor], Tensor, Tensor], list[Tensor]],
    lr: float,
) -> list[Tensor]:
    """New parameters after one step of gradient descent on all shards (X, y) together; `params` stay as they are.

    grad_fn: `grad_fn(params, X, y)` returns one gradient per parameter, that of the mean loss over the rows of X.
    The shards may have different numbers of rows. The result equals a single step on the concatenated data.

    Raises ValueError if lr is negative.
    """
    raise NotImplementedError


def ring_all_reduce(vectors: list[Tensor]) -> tuple[list[Tensor], int]:
    """Add up one vector per rank over a ring; returns the sum once for each rank, and the number of messages sent.

    vectors: R floating tensors of the same shape (d,), which stay as they are. Each is cut into R chunks by
    `torch.tensor_split`; chunks may be empty, and empty chunks are sent like others.
    Reduce, steps s = 0 ... R-2: every rank r sends its chunk (r - s) mod R to rank r+1 (mod R), which adds it to its own.
    Gather, steps s = 0 ... R-2: every rank r sends its chunk (r + 1 - s) mod R to rank r+1, which puts it in place of its
    own. One chunk sent once is one message.

    Raises ValueError if there is no vector or if the shapes differ.
    """
    raise NotImplementedError
