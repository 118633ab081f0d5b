"""Gradient accumulation: differentiation is linear, so the gradient of a mean is the weighted mean of the gradients.

Clipping is from "On the difficulty of training recurrent neural networks" (Pascanu, Mikolov and Bengio, 2013).
"""

import math
from itertools import islice
from typing import Callable, Iterable

import torch
from torch import Tensor, nn


def train_accumulated(
    model: nn.Module,
    micro_batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    accum_steps: int,
    max_norm: float | None = None,
) -> tuple[int, list[float]]:
    """One update per group of micro-batches; returns the number of updates and the norms before clipping."""
    if accum_steps < 1:
        raise ValueError(f"accum_steps must be at least 1, got {accum_steps}")
    limit = math.inf if max_norm is None else max_norm
    model.train()
    stream = iter(micro_batches)
    norms: list[float] = []
    while group := list(islice(stream, accum_steps)):
        rows = sum(len(x) for x, _ in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = loss_fn(model(x), y)
            # The mean of this piece stands for len(x) of the group's rows. Backward adds up and frees the graph.
            (loss * len(x) / rows).backward()
        # Once per group, when the gradient is complete: clipped pieces would add up to something else.
        norm = nn.utils.clip_grad_norm_(model.parameters(), limit)
        norms.append(norm.item())
        optimizer.step()
    return len(norms), norms
