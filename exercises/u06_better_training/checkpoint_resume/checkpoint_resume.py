"""Checkpoints in memory: save a run, resume it bit for bit, keep the best ones."""

from typing import Any

import torch
from torch import nn


def save_checkpoint(
    model: nn.Module, optimizer: torch.optim.Optimizer, epoch: int, extra: dict | None = None
) -> dict[str, Any]:
    """Return everything that is needed to continue after `epoch`, the epoch that was just finished (from 0).

    The dict has the keys

    * "model", "optimizer": the state dicts of the two, as deep copies with all tensors on the CPU,
    * "epoch": `epoch`,
    * "rng": PyTorch's CPU random state, `torch.get_rng_state()`,
    * "extra": a deep copy of `extra`, or {} when it is None.

    Nothing that happens later to the model, the optimizer or `extra` changes it. No file is written.
    Raises ValueError when epoch < 0.
    """
    raise NotImplementedError


def load_checkpoint(ckpt: dict[str, Any], model: nn.Module, optimizer: torch.optim.Optimizer | None = None) -> int:
    """Put a checkpoint into `model` and, if given, into `optimizer`; both are changed in place.

    The model must have exactly the entries that were saved (strict loading). The CPU random state is restored.
    The checkpoint stays as it is, also when the model is trained on afterwards.

    Returns the number of the epoch to go on with, one after the saved epoch.
    """
    raise NotImplementedError


class BestKeeper:
    """Keeps the `top_k` best snapshots of a run.

    Attribute to read: `kept`, a list of tuples (score, epoch, state), the best one first; empty at first.
    """

    def __init__(self, mode: str = "min", top_k: int = 1):
        """`mode` is "min" (a smaller score is better) or "max". Raises ValueError for any other, and when top_k < 1."""
        raise NotImplementedError

    def update(self, score: float, epoch: int, state: dict) -> bool:
        """Look at one more snapshot and return whether it was kept.

        It is kept (as a deep copy) when fewer than `top_k` are there, or when `score` is strictly better than the worst
        that is kept; then the worst beyond `top_k` is dropped. Of equal scores the older sorts first. A score that is
        nan is never kept.
        """
        raise NotImplementedError
