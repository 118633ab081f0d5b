"""Known wrong trainers with their hints, right ones that look different, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "gradients_accumulate",
        "Every step drags along all earlier gradients. Who clears them, and when?",
        swap=("            optimizer.zero_grad()\n", ""),
        caught_by="test_trains",
    ),
    mistake(
        "mode_never_switched",
        "A task with dropout would be validated with dropout on. Tell the task which mode each part of the epoch needs.",
        swaps=[
            (
                '            task.train()\n            self._call("on_train_epoch_start"',
                '            self._call("on_train_epoch_start"',
            ),
            ("        task.eval()\n", ""),
            ("        task.train()\n        values", "        values"),
        ],
        caught_by="test_modes_and_grad",
    ),
    mistake(
        "validation_tracks_gradients",
        "Validation only reads the model: here every validation batch builds a graph, and memory grows for nothing.",
        swap=("with torch.no_grad():", "with torch.enable_grad():"),
        caught_by="test_modes_and_grad",
    ),
    mistake(
        "optimizer_rebuilt_each_epoch",
        "Momentum forgets everything at the start of each of your epochs. How often is the optimizer made?",
        swaps=[
            ("        optimizer = task.configure_optimizers()  # once: momentum has to outlive the epoch\n", ""),
            (
                "            self.current_epoch = epoch\n",
                "            self.current_epoch = epoch\n            optimizer = task.configure_optimizers()\n",
            ),
        ],
        caught_by="test_optimizer_kept",
    ),
    mistake(
        "step_counts_epochs",
        "A step is one update, not one pass over the data. Where does your count go up?",
        swaps=[
            ("            self.global_step += 1\n", ""),
            (
                "            self.history.append(logs)\n",
                "            self.global_step += 1\n            self.history.append(logs)\n",
            ),
        ],
        caught_by="test_steps_and_epochs",
    ),
    mistake(
        "logs_last_batch_loss",
        "The epoch's training loss should speak for all its batches, not for the last one only.",
        swap=("sum(losses) / len(losses)", "losses[-1]"),
        caught_by="test_trains",
    ),
    mistake(
        "callbacks_before_validation",
        "A callback that stops on the validation loss must be able to see it. What happens first at the end of your epoch?",
        swaps=[
            (
                "            if val_batches is not None:\n",
                '            self._call("on_epoch_end", task, logs)\n            if val_batches is not None:\n',
            ),
            (
                '            self.history.append(logs)\n            self._call("on_epoch_end", task, logs)\n',
                "            self.history.append(logs)\n",
            ),
        ],
        caught_by="test_hook_order",
    ),
    mistake(
        "ignores_should_stop",
        "A callback asked you to stop; when do you look?",
        swap=("self.should_stop or self._out_of_steps()", "self._out_of_steps()"),
        caught_by="test_stop_request",
    ),
    mistake(
        "hooks_are_mandatory",
        "A callback that only cares about one moment should not have to define all the others.",
        swap=("if hasattr(callback, hook):", "if True:"),
        caught_by="test_hook_order",
    ),
    mistake(
        "stops_in_mid_epoch",
        "A request to stop is looked at when the epoch is over: until then all its batches are trained.",
        swap=(
            "            if self._out_of_steps():\n                break\n        return losses",
            "            if self._out_of_steps() or self.should_stop:\n                break\n        return losses",
        ),
        caught_by="test_stop_request",
    ),
    mistake(
        "last_epoch_unreported",
        "When the steps run out, the epoch ends early, but it still ends: validation, logs and on_epoch_end are due.",
        swap=(
            "            logs = {",
            "            if self._out_of_steps():\n                break\n            logs = {",
        ),
        caught_by="test_max_steps",
    ),
    mistake(
        "limits_unchecked",
        "No epoch at all, or no step at all: say so at once instead of training nothing.",
        swaps=[("if max_epochs < 1:", "if False:"), ("max_steps is not None and max_steps < 1:", "False:")],
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "one_long_loop",
        source="""
import torch


class Trainer:
    def __init__(self, max_epochs, callbacks=None, max_steps=None):
        if max_epochs <= 0 or (max_steps is not None and max_steps <= 0):
            raise ValueError("at least one epoch and one step")
        self.max_epochs, self.max_steps = max_epochs, max_steps if max_steps is not None else float("inf")
        self.callbacks = callbacks or ()
        self.current_epoch, self.global_step, self.should_stop, self.history = -1, 0, False, []

    def tell(self, hook, *args):
        nothing = lambda *args: None
        for callback in self.callbacks:
            getattr(callback, hook, nothing)(self, *args)

    def fit(self, task, train_batches, val_batches=None):
        opt = task.configure_optimizers()
        self.tell("on_fit_start", task)
        while True:
            self.current_epoch += 1
            task.train()
            self.tell("on_train_epoch_start", task)
            total = torch.zeros((), dtype=torch.float64)
            batches = 0
            for batch in train_batches:
                if self.global_step >= self.max_steps:
                    break
                loss = task.training_step(batch, batches)
                for p in task.parameters():
                    p.grad = None
                loss.backward()
                opt.step()
                self.global_step += 1
                total += loss.detach().double()
                self.tell("on_train_batch_end", task, float(loss), batches)
                batches += 1
            logs = dict(epoch=self.current_epoch, train_loss=(total / batches).item())
            if val_batches is not None:
                task.train(False)
                sums, n = {}, 0
                with torch.inference_mode():
                    for n, batch in enumerate(val_batches, 1):
                        for key, value in task.validation_step(batch=batch, batch_idx=n - 1).items():
                            sums[key] = sums.get(key, 0.0) + float(value)
                task.train(True)
                for key in sums:
                    logs["val_" + key] = sums[key] / n
            self.history = self.history + [logs]
            self.tell("on_epoch_end", task, logs)
            full = self.current_epoch + 1 >= self.max_epochs
            if full or self.should_stop or self.global_step >= self.max_steps:
                self.tell("on_fit_end", task)
                return self.history
""",
    ),
    correct(
        "islice_and_decorator",
        source="""
from collections import defaultdict
from itertools import islice

import torch
from torch import nn


def positive(**limits):
    for name, value in limits.items():
        if value is not None and not value >= 1:
            raise ValueError(name)


class Trainer:
    HOOKS = ("on_fit_start", "on_train_epoch_start", "on_train_batch_end", "on_epoch_end", "on_fit_end")

    def __init__(self, max_epochs: int, callbacks: list | None = None, max_steps: int | None = None):
        positive(max_epochs=max_epochs, max_steps=max_steps)
        self.epochs, self.max_steps = range(max_epochs), max_steps
        self.listeners = defaultdict(list)
        for callback in callbacks if callbacks is not None else []:
            for hook in self.HOOKS:
                try:
                    self.listeners[hook].append(getattr(callback, hook))
                except AttributeError:
                    pass
        self.history = []
        self.global_step = 0
        self.current_epoch = 0
        self.should_stop = False

    def fire(self, hook, *args):
        for listener in self.listeners[hook]:
            listener(self, *args)

    def batches_left(self):
        return None if self.max_steps is None else self.max_steps - self.global_step

    def fit(self, task: nn.Module, train_batches, val_batches=None):
        optimizer = task.configure_optimizers()
        self.fire("on_fit_start", task)
        for self.current_epoch in self.epochs:
            task.train()
            self.fire("on_train_epoch_start", task)
            losses = [
                self.update(task, optimizer, batch, k)
                for k, batch in enumerate(islice(iter(train_batches), self.batches_left()))
            ]
            logs = {"epoch": self.current_epoch, "train_loss": torch.tensor(losses, dtype=torch.float64).mean().item()}
            if val_batches is not None:
                for key, value in self.validate(task, val_batches):
                    logs["val_" + key] = value
                task.train()
            self.history.append(logs)
            self.fire("on_epoch_end", task, dict(logs))
            if self.should_stop or self.batches_left() == 0:
                break
        self.fire("on_fit_end", task)
        return list(self.history)

    def update(self, task, optimizer, batch, k):
        optimizer.zero_grad(set_to_none=False)
        loss = task.training_step(batch, k)
        loss.backward()
        optimizer.step()
        self.global_step = self.global_step + 1
        value = loss.detach().cpu().tolist()
        self.fire("on_train_batch_end", task, value, k)
        return value

    @torch.no_grad()
    def validate(self, task, batches):
        task.eval()
        rows = []
        for k, batch in enumerate(batches):
            rows.append(task.validation_step(batch, k))
        for key in rows[0] if rows else ():
            column = [torch.as_tensor(row[key], dtype=torch.float64) for row in rows]
            rows[0][key] = torch.stack(column).mean().item()
        return list(rows[0].items()) if rows else []
""",
    ),
]


def probe(m):
    """A line with momentum for three epochs; a follower under callbacks; a request to stop; four steps of three."""
    x = torch.sin(torch.arange(20, dtype=torch.float64)).reshape(10, 2)
    y = x @ torch.tensor([1.0, -2.0], dtype=torch.float64) + 3.0
    train, val = [(x[:4], y[:4]), (x[4:6], y[4:6]), (x[6:7], y[6:7])], [(x[7:9], y[7:9]), (x[9:], y[9:])]

    def line():
        start = torch.tensor([0.4, -0.3], dtype=torch.float64), torch.tensor(0.1, dtype=torch.float64)
        return m.kit.run_line(m.Trainer, *start, train, val, leftover=True)

    def follow(**settings):
        return m.kit.run_follower(m.Trainer, [1.0, 3.0, 2.0], [2.0, -1.0], max_epochs=3, **settings)

    def recorded():
        # Without configure_optimizers: how often and where it is called comes in several versions.
        ran = follow(others=("recorder",))
        calls = [line for line in ran["journal"] if "configure" not in line]
        return {"calls": calls, "history": ran["history"]}

    def short(**settings):
        ran = follow(**settings)
        return {"epochs": len(ran["history"]), "calls": len(ran["journal"]), "steps": ran["steps"]}

    return {
        "line": lambda: {key: line()[key] for key in ("weights", "history")},
        "one optimizer": lambda: line()["optimizers made"] == 1,
        "calls": recorded,
        "a callback with one hook": lambda: follow(others=("only_fit_end",))["journal"][-1],
        "modes": lambda: [line.split(": ")[1].split(",")[0] for line in follow(training=False)["modes of the steps"]],
        "gradients": lambda: [line.split(", ")[1] for line in follow()["modes of the steps"]],
        "steps": lambda: follow()["steps"],
        "stopped at the end of an epoch": lambda: short(stop=(1, "on_epoch_end"))["epochs"],
        "stopped in mid-epoch": lambda: short(stop=(1, "on_train_batch_end")),
        "four steps": lambda: short(max_steps=4),
        "no epoch": lambda: m.kit.run_follower(m.Trainer, [1.0], max_epochs=0)["steps"],
    }
