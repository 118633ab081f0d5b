"""Public checks of regression_losses: the worked example of the statement."""

import torch

from grader.checks import check, close


def numbers(*values):
    """A float64 vector."""
    return torch.tensor(values, dtype=torch.float64)


def number(value):
    return torch.tensor(value, dtype=torch.float64)


PRED, TARGET = numbers(2.0, 4.0, 6.0, 1.0), numbers(2.0, 5.0, 3.0, 2.0)  # residuals 0, -1, 3, -1


@check(hint="Square the four residuals on paper and take their mean; then differentiate one square.")
def test_squares(student):
    """squared error of the worked example"""
    close(student.mse(PRED, TARGET), (number(2.75), numbers(0.0, -0.5, 1.5, -0.5)), what="(loss, gradient)")


@check(hint="Which slope has the size of a number left of zero, right of zero, and at zero?")
def test_sizes(student):
    """absolute error of the worked example"""
    close(student.mae(PRED, TARGET), (number(1.25), numbers(0.0, -0.25, 0.25, -0.25)), what="(loss, gradient)")


@check(hint="Three residuals lie inside of 1.5, one outside: which formula has each of them?")
def test_both_parts(student):
    """Huber loss of the worked example with delta 1.5"""
    found = student.huber(PRED, TARGET, delta=1.5)
    close(found, (number(1.09375), numbers(0.0, -0.25, 0.375, -0.25)), what="(loss, gradient)")


@check(hint="How much better than always saying the mean of the targets?")
def test_determination(student):
    """R² of the worked example, and of exact predictions"""
    close(student.r2_score(PRED, TARGET), number(1 - 11 / 6), what="R²")
    close(student.r2_score(TARGET, TARGET), number(1.0), what="R² of exact predictions")


@check(hint="Compare the two shapes before you subtract.")
def test_column_against_row(rejects):
    """a column of predictions against a vector of targets raises ValueError"""
    rejects(lambda m: m.mse(PRED[:, None], TARGET), what="shapes (4, 1) and (4,)")
