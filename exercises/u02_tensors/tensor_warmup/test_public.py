"""Public checks of tensor_warmup: the worked examples of the statement."""

import torch

from grader.checks import check, close


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


@check(hint="Compare each label with all class numbers, 0 first.")
def test_one_hot(student):
    """the labels 2 and 0 of three classes"""
    close(student.one_hot(torch.tensor([2, 0]), 3), torch.tensor([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]))


@check(hint="All differences first, a table with three axes; then squares, then the sum over the last axis.")
def test_distances(student):
    """the table of squared distances"""
    A, B = numbers([0.0, 0.0], [3.0, 4.0]), numbers([3.0, 4.0], [0.0, 1.0], [1.0, 1.0])
    close(student.pairwise_sq_dist(A, B), numbers([25.0, 1.0, 2.0], [0.0, 18.0, 13.0]), what="the squared distances")


@check(hint="Each output has its own row of weights.")
def test_affine(student):
    """one example through a layer with three outputs"""
    X, W, b = numbers(1.0, 2.0), numbers([1.0, 0.0], [0.0, 1.0], [3.0, -1.0]), numbers(0.5, 0.0, -1.0)
    close(student.affine(X, W, b), numbers(1.5, 2.0, 0.0), what="the three outputs")


@check(hint="Pair each row number with its label; compare with at least, not with more than.")
def test_picks_and_thresholds(student):
    """one score for each row, and labels from probabilities"""
    scores = numbers([0.1, 0.9], [0.8, 0.2], [0.3, 0.7])
    close(student.pick_scores(scores, torch.tensor([1, 0, 0])), numbers(0.9, 0.8, 0.3), what="the picked scores")
    close(student.threshold_labels(numbers(0.2, 0.5, 0.7)), torch.tensor([0, 1, 1]), what="the labels")


@check(hint="Which class numbers are there when there are three classes?")
def test_label_too_large(rejects):
    """the label 3 of three classes raises ValueError"""
    rejects(lambda m: m.one_hot(torch.tensor([0, 3]), 3))
