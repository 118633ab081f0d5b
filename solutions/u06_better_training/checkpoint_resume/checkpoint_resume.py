"""Checkpoints in memory: a run is its weights, its buffers, its optimizer's state, its random state and its epoch."""

import copy
import math
from typing import Any

import torch
from torch import Tensor, nn


def save_checkpoint(
    model: nn.Module, optimizer: torch.optim.Optimizer, epoch: int, extra: dict | None = None
) -> dict[str, Any]:
    """Return copies, on the CPU, of all that the run needs in order to continue after `epoch`."""
    if epoch < 0:
        raise ValueError(f"the first epoch is 0, got {epoch}")
    return {
        "model": _copy_to_cpu(model.state_dict()),  # weights and buffers
        "optimizer": _copy_to_cpu(optimizer.state_dict()),
        "epoch": epoch,
        "rng": torch.get_rng_state(),
        "extra": copy.deepcopy(extra) if extra is not None else {},
    }


def load_checkpoint(ckpt: dict[str, Any], model: nn.Module, optimizer: torch.optim.Optimizer | None = None) -> int:
    """Put the checkpoint into `model` and `optimizer`, and return the epoch that comes next."""
    model.load_state_dict(ckpt["model"])  # copies into the model's own tensors
    if optimizer is not None:
        # An optimizer takes over tensors that fit as they are, so give it some that nobody else needs.
        optimizer.load_state_dict(copy.deepcopy(ckpt["optimizer"]))
    torch.set_rng_state(ckpt["rng"])
    return ckpt["epoch"] + 1


def _copy_to_cpu(value: Any) -> Any:
    """A deep copy of nested dicts, lists and tensors, with every tensor on the CPU."""
    if isinstance(value, Tensor):
        return value.detach().to("cpu", copy=True)
    if isinstance(value, dict):
        return {key: _copy_to_cpu(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_copy_to_cpu(item) for item in value)
    return copy.deepcopy(value)


class BestKeeper:
    """The `top_k` best snapshots of a run, best first."""

    def __init__(self, mode: str = "min", top_k: int = 1):
        """Nothing is kept yet."""
        if mode not in ("min", "max"):
            raise ValueError(f'mode must be "min" or "max", got {mode!r}')
        if top_k < 1:
            raise ValueError(f"top_k must be at least 1, got {top_k}")
        self.mode = mode
        self.top_k = top_k
        self.kept: list[tuple[float, int, dict]] = []

    def update(self, score: float, epoch: int, state: dict) -> bool:
        """Keep a copy of `state` if its score is among the best so far, and say whether it is."""
        if math.isnan(score):  # no comparison is true for nan, so it would find a place by accident
            return False
        # Behind all that are at least as good: among equals the older one stays in front.
        place = sum(not self._better(score, other) for other, _, _ in self.kept)
        if place >= self.top_k:
            return False
        self.kept.insert(place, (score, epoch, copy.deepcopy(state)))
        del self.kept[self.top_k :]
        return True

    def _better(self, score: float, other: float) -> bool:
        """Whether `score` is strictly better than `other`."""
        return score < other if self.mode == "min" else score > other
