"""Callbacks that are called at the right moments, and logs that survive what they log.

The correction in `smooth` is the one of "Adam: A Method for Stochastic Optimization" (Kingma and Ba, 2014), section 3.
"""

import torch


class CallbackList:
    """Several callbacks that are spoken to like one."""

    def __init__(self, callbacks: list):
        """Keep the callbacks in their order."""
        self.callbacks = list(callbacks)

    def fire(self, hook: str, *args) -> bool:
        """Call `hook` on every callback that has it. True if at least one returned exactly True."""
        # A list, not a generator: `any` stops at the first True, and the callbacks behind it would not be called.
        answers = [getattr(callback, hook)(*args) for callback in self.callbacks if hasattr(callback, hook)]
        return any(answer is True for answer in answers)


class History:
    """The logs of all epochs, one dict each, in `rows`."""

    def __init__(self) -> None:
        self.rows: list[dict[str, float]] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Add a copy of the logs."""
        self.rows.append(dict(logs))

    def column(self, key: str) -> list[float | None]:
        """The value of this key for each epoch, None where it is missing."""
        return [row.get(key) for row in self.rows]

    def to_csv(self) -> str:
        """The logs as text, one line per epoch under a line with all keys; missing cells are empty."""
        keys = list(dict.fromkeys(key for row in self.rows for key in row))
        lines = [",".join(keys)]
        for row in self.rows:
            lines.append(",".join(repr(float(row[key])) if key in row else "" for key in keys))
        return "".join(f"{line}\n" for line in lines)


class GapTracker:
    """How far the training accuracy is above the validation accuracy, per epoch, in `gaps`."""

    def __init__(self) -> None:
        self.gaps: list[float] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Add the gap of this epoch."""
        self.gaps.append(logs["train_acc"] - logs["val_acc"])

    @property
    def worst_epoch(self) -> int:
        """The index of the largest gap, the first of equals."""
        return self.gaps.index(max(self.gaps))


def smooth(values: list[float], beta: float = 0.9) -> list[float]:
    """The bias-corrected exponential average up to each value. Raises ValueError when beta is not in [0, 1)."""
    if not 0 <= beta < 1:
        raise ValueError(f"beta must be in [0, 1), got {beta}")
    average, smoothed = 0.0, []
    for t, value in enumerate(values, 1):
        average = beta * average + (1 - beta) * value
        smoothed.append(average / (1 - beta**t))  # 1 - beta^t: the weight that has been collected so far
    return smoothed
