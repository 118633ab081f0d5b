"""A Trainer that owns the loop and knows nothing of the model.

The loop calls, the task answers and the callbacks listen: the "template method" and "observer" of *Design Patterns*
(Gamma, Helm, Johnson and Vlissides, 1994).
"""

from typing import Iterable

import torch
from torch import Tensor, nn


class Trainer:
    """Trains a task (training_step, validation_step, configure_optimizers) and tells callbacks what happens."""

    def __init__(self, max_epochs: int, callbacks: list | None = None, max_steps: int | None = None):
        """Keep the settings. Raises ValueError when max_epochs < 1 or max_steps < 1."""
        if max_epochs < 1:
            raise ValueError(f"max_epochs must be at least 1, got {max_epochs}")
        if max_steps is not None and max_steps < 1:
            raise ValueError(f"max_steps must be at least 1, got {max_steps}")
        self.max_epochs = max_epochs
        self.max_steps = max_steps
        self.callbacks = list(callbacks or [])
        self.current_epoch = 0
        self.global_step = 0
        self.should_stop = False
        self.history: list[dict[str, float]] = []

    def fit(
        self, task: nn.Module, train_batches: Iterable, val_batches: Iterable | None = None
    ) -> list[dict[str, float]]:
        """Train `task` in place for at most `max_epochs` epochs and return one dict of logs per epoch."""
        optimizer = task.configure_optimizers()  # once: momentum has to outlive the epoch
        self._call("on_fit_start", task)
        for epoch in range(self.max_epochs):
            self.current_epoch = epoch
            task.train()
            self._call("on_train_epoch_start", task)
            losses = self._train_epoch(task, optimizer, train_batches)
            logs = {"epoch": epoch, "train_loss": sum(losses) / len(losses)}
            if val_batches is not None:
                logs.update(self._validate(task, val_batches))
            self.history.append(logs)
            self._call("on_epoch_end", task, logs)
            if self.should_stop or self._out_of_steps():
                break
        self._call("on_fit_end", task)
        return self.history

    def _train_epoch(self, task: nn.Module, optimizer: torch.optim.Optimizer, batches: Iterable) -> list[float]:
        """One update per batch, until the batches or the steps are used up. Returns the batch losses."""
        losses = []
        for batch_idx, batch in enumerate(batches):
            optimizer.zero_grad()
            loss = task.training_step(batch, batch_idx)
            loss.backward()
            optimizer.step()
            self.global_step += 1
            losses.append(loss.item())  # a number: the tensor would keep its graph alive
            self._call("on_train_batch_end", task, losses[-1], batch_idx)
            if self._out_of_steps():
                break
        return losses

    def _validate(self, task: nn.Module, batches: Iterable) -> dict[str, float]:
        """Mean of each number of `validation_step` over the batches, under the key with "val_" in front."""
        task.eval()
        with torch.no_grad():
            answers = [task.validation_step(batch, batch_idx) for batch_idx, batch in enumerate(batches)]
        task.train()
        values: dict[str, list[float]] = {}
        for answer in answers:
            for key, value in answer.items():
                values.setdefault(f"val_{key}", []).append(float(value))
        return {key: sum(numbers) / len(numbers) for key, numbers in values.items()}

    def _out_of_steps(self) -> bool:
        return self.max_steps is not None and self.global_step >= self.max_steps

    def _call(self, hook: str, task: nn.Module, *more) -> None:
        """Call a hook of every callback that has it, in list order."""
        for callback in self.callbacks:
            if hasattr(callback, hook):
                getattr(callback, hook)(self, task, *more)
