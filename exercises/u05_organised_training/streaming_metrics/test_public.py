"""Checks to work with: the seven predictions of the statement, in batches of five and two."""

import torch

from grader.checks import check, close

TRUE, PREDICTED = torch.tensor([0, 0, 1, 1, 2, 2, 1]), torch.tensor([0, 1, 1, 1, 2, 0, 0])
TABLE = torch.tensor([[1, 1, 0], [1, 2, 0], [1, 0, 1]])


def numbers(*values):
    """The values as a float64 vector."""
    return torch.tensor(values, dtype=torch.float64)


def in_two_batches(metric):
    """The metric after a batch of five and a batch of two."""
    metric.update(PREDICTED[:5], TRUE[:5])
    metric.update(PREDICTED[5:], TRUE[5:])
    return metric


@check(hint="How many of the seven are right?")
def test_accuracy_and_mean(student):
    """accuracy and mean loss over batches of five and two"""
    close(in_two_batches(student.Accuracy()).compute(), 4 / 7, what="the accuracy")
    mean = student.MeanMetric()
    mean.update(0.6, weight=5)
    mean.update(torch.tensor(1.3, dtype=torch.float64), weight=2)
    close(mean.compute(), 0.8, what="the mean loss")


@check(hint="Which class is predicted for the row (0.6, 0.3, 0.1)?")
def test_scores(student):
    """scores instead of labels"""
    metric = student.Accuracy()
    metric.update(torch.tensor([[0.6, 0.3, 0.1], [0.1, 0.7, 0.2]]), torch.tensor([0, 2]))
    close(metric.compute(), 0.5, what="the accuracy of two rows of scores")


@check(hint="Find the one example of class 2 that was taken for class 0: in which cell does it belong?")
def test_confusion_matrix(student):
    """the table of the statement"""
    table = student.kit.look(in_two_batches(student.ConfusionMatrix(3)))
    close(table, {"counts": TABLE.tolist(), "dtype": "torch.int64", "device": "cpu"}, what="the table")


@check(hint="Work out the three values of each class on paper, then their means.")
def test_precision_recall_f1(student):
    """precision, recall and F1 of the statement: per class, macro, micro"""
    per_class = (numbers(1 / 3, 2 / 3, 1), numbers(1 / 2, 2 / 3, 1 / 2), numbers(2 / 5, 2 / 3, 2 / 3))
    close(student.precision_recall_f1(TABLE, average="none"), per_class, what="the values per class")
    macro = tuple(values.mean() for values in per_class)
    close(student.precision_recall_f1(TABLE, average="macro"), macro, what="the macro averages")
    micro = tuple(numbers(4 / 7, 4 / 7, 4 / 7))
    close(student.precision_recall_f1(TABLE, average="micro"), micro, what="the micro averages")


@check(hint="What is the accuracy of nothing?")
def test_no_data(rejects):
    """an accuracy without data is refused"""
    rejects(lambda m: m.Accuracy().compute(), what="an accuracy of nothing")
