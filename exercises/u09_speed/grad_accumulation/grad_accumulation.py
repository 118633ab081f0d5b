"""Gradient accumulation: the update of a large batch from pieces that fit into memory."""

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
    """Train `model` in place, in training mode, with one update per group of `accum_steps` micro-batches.

    model: gives outputs of shape (m, ...) for inputs x of shape (m, ...).
    micro_batches: pairs (x, y) on the model's device. Any iterable, also one that can be walked only once. The number
        of rows m may differ from pair to pair. The last group may have fewer than `accum_steps` micro-batches.
    loss_fn: takes (output, y) and returns the mean loss of the micro-batch, of shape ().
    optimizer: holds the parameters of the model.
    max_norm: limit for the global norm of a group's gradient, or None for no limit. The gradient is multiplied by
        max_norm / (norm + 1e-6) where that is below 1.

    Each update follows the gradient of the mean loss over all rows of its group. Gradients that are stored before the
    call do not count. The graph of a micro-batch is gone before the next one is put through the model.

    Returns the number of updates and, for each update, the global norm of its gradient before clipping (floats).
    Raises ValueError when accum_steps < 1.
    """
    raise NotImplementedError
