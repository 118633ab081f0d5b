"""Tasks to train, callbacks that write down what they see, and runs that return all of it as plain values.

Each `run_...` function makes a task and a Trainer of your class, calls `fit` once, and returns what happened. You may
use them to try things out.
"""

from types import SimpleNamespace

import torch
from torch import Tensor, nn

MODES = {True: "training mode", False: "evaluation mode"}
TRACKING = {True: "tracking gradients", False: "no gradients"}


class Follower(nn.Module):
    """One weight that follows numbers: a batch is a number b, its loss is (weight - b) squared."""

    def __init__(self, start: float = 0.0, lr: float = 0.25) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(start, dtype=torch.float64))
        self.lr = lr
        self.journal: list[str] = []
        self.modes: list[str] = []

    def configure_optimizers(self) -> torch.optim.Optimizer:
        self.journal.append("task: configure_optimizers")
        return torch.optim.SGD(self.parameters(), lr=self.lr)

    def training_step(self, batch: float, batch_idx: int) -> Tensor:
        self.note("training_step", batch_idx)
        return (self.weight - batch) ** 2

    def validation_step(self, batch: float, batch_idx: int) -> dict:
        self.note("validation_step", batch_idx)
        far = (self.weight - batch).abs()
        return {"distance": far, "close": float(far < 0.5)}

    def note(self, what: str, batch_idx: int) -> None:
        self.journal.append(f"task: {what} {batch_idx}")
        self.modes.append(f"{what}: {MODES[self.training]}, {TRACKING[torch.is_grad_enabled()]}")


class Line(nn.Module):
    """Fits y with x @ weight + bias, SGD with momentum. In training mode it sees 1.5x + 0.2 instead of x."""

    def __init__(self, weight: Tensor, bias: Tensor, momentum: float) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)
        self.momentum = momentum
        self.optimizers_made = 0

    def configure_optimizers(self) -> torch.optim.Optimizer:
        self.optimizers_made += 1
        return torch.optim.SGD(self.parameters(), lr=0.05, momentum=self.momentum)

    def forward(self, x: Tensor) -> Tensor:
        return (1.5 * x + 0.2 if self.training else x) @ self.weight + self.bias

    def training_step(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> Tensor:
        x, y = batch
        return ((self(x) - y) ** 2).mean()

    def validation_step(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> dict:
        x, y = batch
        errors = self(x) - y
        return {"loss": (errors**2).mean(), "worst": errors.abs().max().item(), "mean": errors.mean()}


class Recorder:
    """A callback with all five hooks. Writes its calls into the task's journal, and what it sees into lists."""

    def __init__(self, name: str = "callback") -> None:
        self.name = name
        self.counts: list[str] = []
        self.modes: list[str] = []
        self.losses: list[float] = []
        self.logs: list[list] = []
        self.histories: list[int] = []

    def on_fit_start(self, trainer, task):
        task.journal.append(f"{self.name}: on_fit_start")

    def on_train_epoch_start(self, trainer, task):
        self.note("on_train_epoch_start", trainer, task)

    def on_train_batch_end(self, trainer, task, loss, batch_idx):
        self.note("on_train_batch_end", trainer, task, f" {batch_idx}")
        self.losses.append(loss)

    def on_epoch_end(self, trainer, task, logs):
        self.note("on_epoch_end", trainer, task)
        self.logs.append(pairs(logs))
        self.histories.append(len(trainer.history))

    def on_fit_end(self, trainer, task):
        self.note("on_fit_end", trainer, task)

    def note(self, hook, trainer, task, more=""):
        task.journal.append(f"{self.name}: {hook}{more}")
        self.counts.append(f"{hook}: epoch {trainer.current_epoch}, step {trainer.global_step}")
        self.modes.append(f"{hook}: {MODES[task.training]}")


class OnlyFitEnd:
    """A callback that cares about one moment only."""

    def on_fit_end(self, trainer, task):
        task.journal.append("only_fit_end: on_fit_end")


class StopRequest:
    """Asks the trainer to stop at the first call of `hook` in epoch `epoch`."""

    def __init__(self, epoch: int, hook: str) -> None:
        self.epoch = epoch
        setattr(self, hook, self.ask)

    def ask(self, trainer, task, *more):
        if trainer.current_epoch == self.epoch:
            trainer.should_stop = True


def run_line(
    Trainer, weight, bias, train_batches, val_batches=None, *, max_epochs=3, max_steps=None, momentum=0.9,
    leftover=False, training=True, one_shot=False,
):  # fmt: skip
    """Fit a Line. `leftover`: old gradients of ones are stored at the start. `one_shot`: batches from a generator."""
    task = Line(weight, bias, momentum).train(training)
    if leftover:
        for p in task.parameters():
            p.grad = torch.ones_like(p)
    if one_shot:
        train_batches = (batch for batch in train_batches)
        val_batches = None if val_batches is None else (batch for batch in val_batches)
    trainer = Trainer(max_epochs, max_steps=max_steps)
    history = trainer.fit(task, train_batches, val_batches)
    return {
        "weights": [p.detach().clone() for p in task.parameters()],
        "history": [pairs(logs) for logs in history],
        "history kept by the trainer": [pairs(logs) for logs in trainer.history],
        "optimizers made": task.optimizers_made,
        "steps": trainer.global_step,
    }


def run_follower(
    Trainer, train_batches, val_batches=None, *, max_epochs=2, max_steps=None, stop=None, training=True, others=(),
):  # fmt: skip
    """Fit a Follower under the eyes of a Recorder.

    stop: (epoch, hook) of a StopRequest. others: more callbacks, by name: "recorder", "only_fit_end", "functions".
    """
    task, recorder = Follower().train(training), Recorder("first")
    extra = {
        "recorder": Recorder("second"),
        "only_fit_end": OnlyFitEnd(),
        "functions": SimpleNamespace(on_fit_start=lambda trainer, task: task.journal.append("function: on_fit_start")),
    }
    callbacks = [recorder, *(extra[name] for name in others)]
    if stop is not None:
        callbacks.append(StopRequest(*stop))
    trainer = Trainer(max_epochs, callbacks=callbacks, max_steps=max_steps)
    at_first = [trainer.global_step, trainer.should_stop, len(trainer.history)]
    history = trainer.fit(task, train_batches, val_batches)
    return {
        "weight": task.weight.item(),
        "history": [pairs(logs) for logs in history],
        "journal": task.journal,
        "modes of the steps": task.modes,
        "modes in the hooks": recorder.modes,
        "gradients afterwards": TRACKING[torch.is_grad_enabled()],
        "losses seen": recorder.losses,
        "logs seen": recorder.logs,
        "length of the history seen": recorder.histories,
        "counts seen": recorder.counts,
        "at first": at_first,
        "steps": trainer.global_step,
        "epoch": trainer.current_epoch,
    }


def pairs(logs):
    """The items of a dict as a list: the order counts."""
    return [[key, value] for key, value in logs.items()]
