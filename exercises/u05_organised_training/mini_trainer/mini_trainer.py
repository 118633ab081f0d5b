"""A Trainer that owns the loop and knows nothing of the model."""

from typing import Iterable

import torch
from torch import Tensor, nn


class Trainer:
    """Trains a task and tells callbacks what happens.

    A task is an nn.Module with three methods more:
        training_step(batch, batch_idx) -> Tensor ()               the loss of a training batch
        validation_step(batch, batch_idx) -> dict[str, float | Tensor]   numbers about a validation batch
        configure_optimizers() -> torch.optim.Optimizer

    A callback is any object that has some of these methods:
        on_fit_start(trainer, task)
        on_train_epoch_start(trainer, task)
        on_train_batch_end(trainer, task, loss, batch_idx)         loss: a Python float
        on_epoch_end(trainer, task, logs)
        on_fit_end(trainer, task)

    Attributes to read:
        current_epoch: int, the epoch that runs now, counted from 0.
        global_step: int, the optimizer steps so far; 0 at first.
        should_stop: bool, False at first; a callback may set it to True.
        history: list[dict], the logs of all epochs so far; empty at first.
    """

    def __init__(self, max_epochs: int, callbacks: list | None = None, max_steps: int | None = None):
        """Keep the settings. callbacks are called in the order of the list; max_steps=None means no limit.

        Raises ValueError when max_epochs < 1 or max_steps < 1.
        """
        raise NotImplementedError

    def fit(
        self, task: nn.Module, train_batches: Iterable, val_batches: Iterable | None = None
    ) -> list[dict[str, float]]:
        """Train `task` in place for at most `max_epochs` epochs, one optimizer step per batch, and return the history.

        train_batches, val_batches: walked once per epoch. A batch may be anything; the task gets it as it is.

        Returns one dict per epoch with the keys, in order: "epoch" (int), "train_loss" (the plain mean of the epoch's
        batch losses) and, if there are val_batches, "val_<key>" for each key of validation_step (the plain mean over
        the validation batches). All values but "epoch" are Python floats.
        """
        raise NotImplementedError
