"""Metrics as running sums: the result does not depend on how the data was cut into batches.

Precision, recall and F1 after "A Systematic Analysis of Performance Measures for Classification Tasks" (Sokolova and
Lapalme, 2009), with macro F1 as the mean of the F1 of the classes.
"""

import torch
from torch import Tensor


class MeanMetric:
    """The weighted mean of all values so far."""

    def __init__(self) -> None:
        self.reset()

    def update(self, value: float | Tensor, weight: float = 1.0) -> None:
        """Add a number or a tensor (). Raises ValueError when the weight is negative."""
        if weight < 0:
            raise ValueError(f"a weight can't be negative, got {weight}")
        self.weighted_sum += float(value) * weight
        self.weight += weight

    def compute(self) -> float:
        """The weighted mean. Raises ValueError when the sum of the weights is 0."""
        if self.weight == 0:
            raise ValueError("there is no mean of nothing")
        return self.weighted_sum / self.weight

    def reset(self) -> None:
        """Back to the state after construction."""
        self.weighted_sum = 0.0
        self.weight = 0.0


class Accuracy:
    """The share of right predictions among all so far."""

    def __init__(self) -> None:
        self.reset()

    def update(self, preds: Tensor, target: Tensor) -> None:
        """Add labels (n,) or scores (n, C), and labels (n,). Raises ValueError when the lengths differ."""
        labels = _labels(preds, target)
        self.right += int((labels == target).sum())
        self.seen += len(target)

    def compute(self) -> float:
        """Right over all. Raises ValueError when there was no prediction."""
        if self.seen == 0:
            raise ValueError("there is no accuracy of nothing")
        return self.right / self.seen

    def reset(self) -> None:
        """Back to the state after construction."""
        self.right = 0
        self.seen = 0


class ConfusionMatrix:
    """Counts of (true class, predicted class)."""

    def __init__(self, num_classes: int):
        """An empty table for the classes 0 ... num_classes - 1."""
        self.num_classes = num_classes
        self.reset()

    def update(self, preds: Tensor, target: Tensor) -> None:
        """Add a batch. Raises ValueError when the lengths differ or a label is no class of the table."""
        labels, truth = _labels(preds, target).cpu(), target.cpu()
        both = torch.cat([labels, truth])
        if bool(((both < 0) | (both >= self.num_classes)).any()):
            raise ValueError(f"labels must be 0 ... {self.num_classes - 1}")
        cells = truth * self.num_classes + labels  # the number of each example's cell, row after row
        self.table += torch.bincount(cells, minlength=self.num_classes**2).reshape(self.table.shape)

    def compute(self) -> Tensor:
        """A copy of the table (C, C): row = true class, column = predicted class."""
        return self.table.clone()

    def reset(self) -> None:
        """Back to the state after construction."""
        self.table = torch.zeros(self.num_classes, self.num_classes, dtype=torch.int64)


def precision_recall_f1(cm: Tensor, average: str = "macro") -> tuple[Tensor, Tensor, Tensor]:
    """Precision, recall and F1, float64: per class ("none"), their means ("macro") or of pooled counts ("micro").

    A value whose denominator is 0 is 0. Raises ValueError for another average.
    """
    if average not in ("none", "macro", "micro"):
        raise ValueError(f"average must be none, macro or micro, got {average!r}")
    counts = cm.double()
    hits, present, predicted = counts.diagonal(), counts.sum(1), counts.sum(0)
    if average == "micro":
        hits, present, predicted = hits.sum(), present.sum(), predicted.sum()
    values = _ratio(hits, predicted), _ratio(hits, present), _ratio(2 * hits, present + predicted)
    if average == "macro":
        precision, recall, f1 = (value.mean() for value in values)
        return precision, recall, f1
    return values


def _labels(preds: Tensor, target: Tensor) -> Tensor:
    """The predicted labels (n,). Raises ValueError when there are not as many as in `target`."""
    if len(preds) != len(target):
        raise ValueError(f"{len(preds)} predictions for {len(target)} targets")
    return preds.argmax(-1) if preds.dim() == 2 else preds


def _ratio(above: Tensor, below: Tensor) -> Tensor:
    """above / below, and 0 where below is 0 (above is 0 there as well, so that a clamp to 1 is enough)."""
    return above / below.clamp(min=1)
