"""Public checks of sgd_step: the worked example of the statement, and the first surprises."""

import torch

from grader.checks import check, close, ensure


def column(*numbers):
    """The numbers as a float64 vector."""
    return torch.tensor(numbers, dtype=torch.float64)


@check(hint="Learning rate times gradient, taken away from the parameter: compare with the first row of the table.")
def test_one_step(student):
    """one step, the first row of the table"""
    weights = column(2.0, -4.0)
    student.sgd_step([weights], [column(0.6, 3.0)], 0.1)
    close(weights, column(1.94, -4.3), what="the weights after one step")


@check(hint="The slope of x² at x is 2x: after one step with learning rate 0.1, x is 0.8 of what it was.")
def test_down_the_parabola(student):
    """ten steps down the parabola y = x²"""
    x = column(1.0)
    for _ in range(10):
        student.sgd_step([x], [2 * x], 0.1)
    close(x, column(0.8**10), what="x after ten steps")


@check(hint="Decay joins the gradient before the step: compare with the second row of the table.")
def test_one_step_with_decay(student):
    """one step with weight decay, the second row of the table"""
    weights = column(2.0, -4.0)
    student.sgd_step([weights], [column(0.6, 3.0)], 0.1, weight_decay=0.5)
    close(weights, column(1.84, -4.1), what="the weights after one step")


@check(hint="Whoever calls your function looks at the tensors in the list, not at what comes back.")
def test_returns_nothing(student):
    """the tensors in the list move, and nothing is returned"""
    weights, bias = column(1.0, -1.0), column(0.5)
    returned = student.sgd_step([weights, bias], [column(1.0, 1.0), column(-2.0)], 0.5)
    close([weights, bias], [column(0.5, -1.5), column(1.5)], what="the two parameters after one step")
    ensure(returned is None, "sgd_step works in place and returns None: leave the return statement out.")


@check(hint="Look at the settings first, and at the tensors only when the settings are fine.")
def test_negative_learning_rate(rejects):
    """a negative learning rate raises ValueError"""
    weights = column(1.0)
    rejects(lambda m: m.sgd_step([weights], [column(1.0)], -0.1), unchanged=[weights])
