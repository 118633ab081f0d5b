"""Known wrong metrics with their hints, right ones that look different, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "mean_of_batch_means",
        "A batch of two should not count as much as a batch of five: each brings its own weight.",
        swaps=[
            ("self.right += int((labels == target).sum())", "self.right += float((labels == target).double().mean())"),
            ("self.seen += len(target)", "self.seen += 1"),
            ("self.weighted_sum += float(value) * weight", "self.weighted_sum += float(value)"),
            ("self.weight += weight", "self.weight += 1"),
        ],
        caught_by="test_accuracy_over_batches",
    ),
    mistake(
        "last_batch_only",
        "Your result speaks for the latest batch. What happened to the batches before?",
        swaps=[
            ("self.right += int((labels == target).sum())", "self.right = int((labels == target).sum())"),
            ("self.seen += len(target)", "self.seen = len(target)"),
            ("self.weighted_sum += float(value) * weight", "self.weighted_sum = float(value) * weight"),
            ("self.weight += weight", "self.weight = weight"),
            ("self.table += torch.bincount", "self.table = torch.bincount"),
        ],
        caught_by="test_accuracy_over_batches",
    ),
    mistake(
        "argmax_over_batch",
        "Each example should get exactly one predicted class: along which axis do its scores lie?",
        swap=("preds.argmax(-1)", "preds.argmax(0)"),
        caught_by="test_accuracy_over_batches",
    ),
    mistake(
        "reset_forgets_count",
        "After a reset the metric should not remember how much it has seen. Which numbers does it keep?",
        swaps=[
            (
                "        self.reset()\n\n    def update(self, value",
                "        self.weight = 0.0\n        self.reset()\n\n    def update(self, value",
            ),
            ("        self.weighted_sum = 0.0\n        self.weight = 0.0\n", "        self.weighted_sum = 0.0\n"),
            (
                '        self.reset()\n\n    def update(self, preds: Tensor, target: Tensor) -> None:\n        """Add labels',
                '        self.seen = 0\n        self.reset()\n\n    def update(self, preds: Tensor, target: Tensor) -> None:\n        """Add labels',
            ),
            ("        self.right = 0\n        self.seen = 0\n", "        self.right = 0\n"),
        ],
        caught_by="test_reset_works",
    ),
    mistake(
        "confusion_transposed",
        "Rows of this table stand for what is true. What do yours stand for?",
        swap=("cells = truth * self.num_classes + labels", "cells = labels * self.num_classes + truth"),
        caught_by="test_confusion",
    ),
    mistake(
        "precision_recall_swapped",
        "Precision is about all the things that you called positive, recall about all the things that are positive.",
        swap=("_ratio(hits, predicted), _ratio(hits, present)", "_ratio(hits, present), _ratio(hits, predicted)"),
        caught_by="test_per_class",
    ),
    mistake(
        "macro_is_micro",
        "In the macro average a rare class weighs as much as a common one; yours pools the counts.",
        swap=('if average == "micro":', 'if average != "none":'),
        caught_by="test_macro_micro",
    ),
    mistake(
        "f1_from_macro_averages",
        "First F1 for every class, then the mean. Yours is the F1 of two averages.",
        swap=(
            "        return precision, recall, f1\n",
            "        return precision, recall, 2 * precision * recall / (precision + recall)\n",
        ),
        caught_by="test_macro_micro",
    ),
    mistake(
        "empty_class_nan",
        "A class that never occurs must not poison the average: what is zero divided by zero here?",
        swap=("above / below.clamp(min=1)", "above / below"),
        caught_by="test_per_class",
    ),
    mistake(
        "hands_out_its_own_table",
        "The caller may write into the table that you return. Does your metric notice?",
        swap=("self.table.clone()", "self.table"),
        caught_by="test_confusion",
    ),
    mistake(
        "nothing_is_zero",
        "Without any data there is no mean and no accuracy. Zero would be a claim about data that nobody has seen.",
        swaps=[
            ('raise ValueError("there is no mean of nothing")', "return 0.0"),
            ('raise ValueError("there is no accuracy of nothing")', "return 0.0"),
        ],
        caught_by="test_bad_input",
    ),
    mistake(
        "labels_unchecked",
        "A label that is no class lands in a cell that belongs to other classes. Look at the labels before you count.",
        swap=("if bool(((both < 0) | (both >= self.num_classes)).any()):", "if False:"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "keeps_everything",
        source="""
import torch


class MeanMetric:
    def __init__(self):
        self.pairs = []

    def update(self, value, weight=1.0):
        if weight < 0:
            raise ValueError("weight")
        self.pairs.append((torch.as_tensor(value, dtype=torch.float64), weight))

    def compute(self):
        total = sum(weight for _, weight in self.pairs)
        if not total > 0:
            raise ValueError("empty")
        return float(sum(value * (weight / total) for value, weight in self.pairs))

    def reset(self):
        self.pairs.clear()


class Accuracy:
    def __init__(self):
        self.hits = []

    def update(self, preds, target):
        if preds.shape[0] != target.shape[0]:
            raise ValueError("lengths")
        if preds.ndim > 1:
            preds = torch.max(preds, dim=1).indices
        self.hits += (preds == target).tolist()

    def compute(self):
        if not self.hits:
            raise ValueError("empty")
        return self.hits.count(True) / len(self.hits)

    def reset(self):
        self.hits = []


class ConfusionMatrix:
    def __init__(self, num_classes):
        self.classes = range(num_classes)
        self.counts = {}

    def update(self, preds, target):
        if preds.size(0) != target.size(0):
            raise ValueError("lengths")
        if preds.ndim == 2:
            preds = preds.argmax(dim=1)
        found = list(zip(target.tolist(), preds.tolist()))
        for pair in found:
            if pair[0] not in self.classes or pair[1] not in self.classes:
                raise ValueError("label")
        for pair in found:
            self.counts[pair] = self.counts.get(pair, 0) + 1

    def compute(self):
        return torch.tensor([[self.counts.get((t, p), 0) for p in self.classes] for t in self.classes])

    def reset(self):
        self.counts = {}


def precision_recall_f1(cm, average="macro"):
    rows = cm.tolist()
    size = range(len(rows))
    divide = lambda a, b: a / b if b else 0.0
    per_class = []
    for k in size:
        tp, fn = rows[k][k], sum(rows[k][j] for j in size if j != k)
        fp = sum(rows[j][k] for j in size if j != k)
        per_class.append((tp, fp, fn))
    if average == "micro":
        per_class = [tuple(map(sum, zip(*per_class)))]
    elif average not in ("macro", "none"):
        raise ValueError("average")
    columns = [
        [divide(tp, tp + fp) for tp, fp, fn in per_class],
        [divide(tp, tp + fn) for tp, fp, fn in per_class],
        [divide(2 * tp, 2 * tp + fp + fn) for tp, fp, fn in per_class],
    ]
    columns = [torch.tensor(column, dtype=torch.float64, device=cm.device) for column in columns]
    return tuple(column if average == "none" else column.mean() for column in columns)
""",
    ),
    correct(
        "running_mean_and_one_hot",
        source="""
import torch
from torch import Tensor


class MeanMetric:
    mean = 0.0
    weight = 0.0

    def update(self, value: float | Tensor, weight: float = 1.0) -> None:
        if weight < 0:
            raise ValueError("weight")
        if weight > 0:
            value = value.item() if isinstance(value, Tensor) else value
            self.weight += weight
            self.mean += (value - self.mean) * weight / self.weight

    def compute(self) -> float:
        if self.weight == 0:
            raise ValueError("empty")
        return self.mean

    def reset(self) -> None:
        self.mean, self.weight = 0.0, 0.0


class Accuracy(MeanMetric):
    def update(self, preds, target):
        if len(preds) != len(target):
            raise ValueError("lengths")
        if preds.dim() == 2:
            preds = preds.argmax(1)
        super().update(preds.eq(target).double().mean(), len(target))


class ConfusionMatrix:
    def __init__(self, num_classes: int):
        self.eye = torch.eye(num_classes, dtype=torch.int64)
        self.reset()

    def update(self, preds: Tensor, target: Tensor) -> None:
        preds, target = preds.detach().cpu(), target.cpu()
        if len(preds) != len(target):
            raise ValueError("lengths")
        if preds.dim() == 2:
            preds = preds.argmax(1)
        if min(int(preds.min()), int(target.min())) < 0:
            raise ValueError("negative label")
        try:
            rows, columns = self.eye[target], self.eye[preds]
        except IndexError as error:
            raise ValueError("unknown label") from error
        self.cm = self.cm + rows.T @ columns

    def compute(self) -> Tensor:
        return torch.empty_like(self.cm).copy_(self.cm)

    def reset(self) -> None:
        self.cm = torch.zeros_like(self.eye)


def precision_recall_f1(cm: Tensor, average: str = "macro"):
    m = cm.to(torch.float64)
    tp = torch.diagonal(m)
    precision = torch.nan_to_num(tp / m.sum(dim=0), nan=0.0)
    recall = torch.nan_to_num(tp / m.sum(dim=1), nan=0.0)
    f1 = torch.nan_to_num(2 * precision * recall / (precision + recall), nan=0.0)
    match average:
        case "none":
            return precision, recall, f1
        case "macro":
            return precision.mean(), recall.mean(), f1.mean()
        case "micro":
            return (m.trace() / m.sum(),) * 3
    raise ValueError(average)
""",
    ),
]


def probe(m):
    """Seven predictions as batches of 5 and 2, square scores, a weighted mean before and after reset, an empty class."""
    target, preds = torch.tensor([0, 0, 1, 1, 2, 2, 1]), torch.tensor([0, 1, 1, 1, 2, 0, 0])
    scores = torch.tensor([[0.1, 0.7, 0.2], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1]], dtype=torch.float64)
    truth = torch.tensor([1, 1, 0])
    cm = torch.tensor([[40, 9, 0, 2], [3, 20, 0, 14], [0, 0, 0, 0], [8, 1, 0, 5]])

    def fed(metric):
        metric.update(preds[:5], target[:5])
        metric.update(preds[5:], target[5:])
        return metric

    def scored(metric):
        metric.update(scores, truth)
        return metric

    def mean(again):
        metric = m.MeanMetric()
        for value, weight in ((1.0, 5.0), (4.0, 2.0)):
            metric.update(value, weight=weight)
        if again:
            metric.reset()
            metric.update(3.0, weight=2.0)
        return metric.compute()

    def accuracy_again():
        metric = fed(m.Accuracy())
        metric.reset()
        return scored(metric).compute()

    def unknown_label():
        matrix = m.ConfusionMatrix(3)
        matrix.update(torch.tensor([3]), torch.tensor([1]))
        return "counted"

    return {
        "accuracy": lambda: fed(m.Accuracy()).compute(),
        "accuracy of scores": lambda: scored(m.Accuracy()).compute(),
        "accuracy after reset": accuracy_again,
        "accuracy of nothing": lambda: m.Accuracy().compute(),
        "mean": lambda: mean(again=False),
        "mean after reset": lambda: mean(again=True),
        "mean of nothing": lambda: m.MeanMetric().compute(),
        "matrix": lambda: m.kit.look(fed(m.ConfusionMatrix(3)))["counts"],
        "matrix of scores": lambda: m.kit.look(scored(m.ConfusionMatrix(3)))["counts"],
        "matrix is a copy": lambda: m.kit.look_after_writing(fed(m.ConfusionMatrix(3)), preds, target),
        "unknown label": unknown_label,
        "none": lambda: m.precision_recall_f1(cm, average="none"),
        "macro": lambda: m.precision_recall_f1(cm, average="macro"),
        "micro": lambda: m.precision_recall_f1(cm, average="micro"),
    }
