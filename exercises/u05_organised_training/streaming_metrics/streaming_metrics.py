"""Metrics as running sums: the result does not depend on how the data was cut into batches."""

import torch
from torch import Tensor


class MeanMetric:
    """The weighted mean of all values so far."""

    def update(self, value: float | Tensor, weight: float = 1.0) -> None:
        """Add a value, a number or a tensor of shape (), with a weight of at least 0.

        Raises ValueError when the weight is negative.
        """
        raise NotImplementedError

    def compute(self) -> float:
        """The sum of value * weight over the sum of the weights, a Python float.

        Raises ValueError when the sum of the weights is 0.
        """
        raise NotImplementedError

    def reset(self) -> None:
        """Back to the state after construction."""
        raise NotImplementedError


class Accuracy:
    """The share of right predictions among all so far."""

    def update(self, preds: Tensor, target: Tensor) -> None:
        """Add a batch.

        preds: labels (n,), or scores (n, C) whose largest entry in a row, the first of equals, is the prediction.
        target: labels (n,), int64.
        Raises ValueError when the lengths differ.
        """
        raise NotImplementedError

    def compute(self) -> float:
        """Right predictions over all predictions, a Python float. Raises ValueError when there were none."""
        raise NotImplementedError

    def reset(self) -> None:
        """Back to the state after construction."""
        raise NotImplementedError


class ConfusionMatrix:
    """Counts of (true class, predicted class)."""

    def __init__(self, num_classes: int):
        """An empty table for the classes 0 ... num_classes - 1."""
        raise NotImplementedError

    def update(self, preds: Tensor, target: Tensor) -> None:
        """Add a batch: preds and target as in `Accuracy.update`.

        Raises ValueError when the lengths differ or a label is no class of the table; the table is unchanged then.
        """
        raise NotImplementedError

    def compute(self) -> Tensor:
        """The table as int64 (C, C) on the CPU: row = true class, column = predicted class. A copy."""
        raise NotImplementedError

    def reset(self) -> None:
        """Back to the state after construction."""
        raise NotImplementedError


def precision_recall_f1(cm: Tensor, average: str = "macro") -> tuple[Tensor, Tensor, Tensor]:
    """Precision, recall and F1 from a confusion matrix (C, C) of counts, rows true and columns predicted.

    average: "none" gives three tensors (C,), one value per class; "macro" gives three tensors (), the plain means of
    the values per class; "micro" gives three tensors (), computed from the counts of all classes pooled.
    All results are float64, on the device of `cm`. A value whose denominator is 0 is 0.

    Raises ValueError when `average` is something else.
    """
    raise NotImplementedError
