"""Callbacks that are called at the right moments, and logs that survive what they log."""

import torch


class CallbackList:
    """Several callbacks that are spoken to like one."""

    def __init__(self, callbacks: list):
        """Keep the callbacks, any objects, in their order."""
        raise NotImplementedError

    def fire(self, hook: str, *args) -> bool:
        """Call the method `hook` with these arguments on every callback that has it, in order, all of them.

        Returns True if at least one of them returned exactly True (no other value counts), else False.
        """
        raise NotImplementedError


class History:
    """The logs of all epochs.

    Readable attribute: rows, a list with one dict per epoch; empty at first.
    """

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Add a copy of the logs. The epochs come in order: 0, 1, 2, ..."""
        raise NotImplementedError

    def column(self, key: str) -> list[float | None]:
        """The value of this key for each epoch, None where it is missing."""
        raise NotImplementedError

    def to_csv(self) -> str:
        """The logs as text: a line with all keys in order of first appearance, then a line per epoch.

        Cells are separated by a comma. A value v is written as repr(float(v)); where a key is missing, the cell is
        empty. Every line, the last one too, ends with a line feed.
        """
        raise NotImplementedError


class GapTracker:
    """How far the training accuracy is above the validation accuracy.

    Readable attributes: gaps, a list with logs["train_acc"] - logs["val_acc"] for each epoch, empty at first; and
    worst_epoch, the index of the largest gap (the first of equals), an int.
    """

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Add the gap of this epoch. The epochs come in order: 0, 1, 2, ..."""
        raise NotImplementedError

    @property
    def worst_epoch(self) -> int:
        """The index of the largest gap, the first of equals. There is at least one gap."""
        raise NotImplementedError


def smooth(values: list[float], beta: float = 0.9) -> list[float]:
    """The exponential average of the values up to each one, corrected for its start from zero. A new list.

    a_t = beta * a_(t-1) + (1 - beta) * x_t with a_0 = 0; the result is a_t / (1 - beta^t), t counted from 1.
    Raises ValueError when beta is not in [0, 1).
    """
    raise NotImplementedError
