"""The full training loop: train for one epoch, evaluate, and do both for many epochs."""

from typing import Callable, Iterable

import torch
from torch import Tensor, nn


def train_one_epoch(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    """Train `model` in place, one update per batch, and return the mean loss of the epoch.

    model: gives raw scores of shape (m, classes) for inputs x of shape (m, ...).
    batches: pairs (x, y) with y of shape (m,), int64. Any iterable, also one that can be walked only once. The number
    of
        rows m may differ from batch to batch. A batch may lie on another device than the model.
    loss_fn: takes (scores, y) and returns the mean loss of the batch, 0-dimensional.
    optimizer: holds the parameters of the model.

    Returns a Python float: the batch losses, each as it was before its update, averaged with weight m.
    Leaves the model in training mode. Raises ValueError when there is no batch.
    """
    raise NotImplementedError


def evaluate(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> tuple[float, float]:
    """Measure `model` in evaluation mode, without tracking gradients. Nothing is updated.

    model, batches, loss_fn: as in `train_one_epoch`.

    Returns two Python floats: the loss, averaged with weight m over the batches, and the accuracy, the share of all
    rows
    whose highest score (argmax over the last axis) is at the label.
    Afterwards, also when an error ends the evaluation, the model is in the mode it had before the call.
    Raises ValueError when there is no batch.
    """
    raise NotImplementedError


def fit(
    model: nn.Module,
    train_batches: list,
    val_batches: list,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int,
    scheduler=None,
) -> dict[str, list[float]]:
    """Train for `epochs` epochs, evaluate after each, then let the scheduler step once (if there is one).

    train_batches, val_batches: lists of pairs (x, y) as in `train_one_epoch`.
    scheduler: a learning-rate scheduler of `torch.optim.lr_scheduler` that is stepped without arguments, or None.

    Returns a dict with the keys "train_loss", "val_loss", "val_acc", "lr", in this order. Each value is a list of
    `epochs` Python floats; "lr" is the learning rate of the optimizer's first group that the epoch was trained with.
    Raises ValueError, before anything is trained, when epochs < 1 or when one of the lists is empty.
    """
    raise NotImplementedError
