"""Public checks of adam: the worked example of the statement, and a first look at the rules around it."""

import torch

from grader.checks import check, close, ensure


def column(*numbers):
    """The numbers as a float64 vector."""
    return torch.tensor(numbers, dtype=torch.float64)


@check(hint="Both averages, corrected, are exactly the first gradient and its square: what is left of the fraction?")
def test_first_step(student):
    """the first step is as long as the learning rate, for a large and a small gradient"""
    weights = column(1.0, -2.0, 3.0)
    opt = student.Adam([weights], lr=0.1)
    opt.step([column(4.0, -0.01, 0.0)])
    close(weights, column(0.9, -1.9, 3.0), what="the weights after one step")


@check(hint="Follow the table of the statement row by row.")
def test_worked_example(student):
    """the table of the statement, second row"""
    weights = column(1.0)
    opt = student.Adam([weights], lr=0.1)
    opt.step([column(4.0)])
    opt.step([column(-1.0)])
    close(opt.exp_avg, [column(0.26)], what="exp_avg")
    close(opt.exp_avg_sq, [column(0.016984)], what="exp_avg_sq")
    close(opt.t, [2], what="t")
    close(weights, column(0.8530531833), what="the weight after two steps")


@check(hint="Skip such a parameter before you touch anything that belongs to it.")
def test_no_gradient_no_step(student):
    """a parameter without a gradient stays where it is"""
    first, second = column(1.0, 2.0), column(5.0)
    opt = student.Adam([first, second], lr=0.1)
    opt.step([column(1.0, -1.0), None])
    close(first, column(0.9, 2.1), what="the parameter with a gradient")
    close(second, column(5.0), what="the parameter without one")
    ensure(opt.t == [1, 0], "Each parameter counts its own steps: look at t after a step with a None gradient.")


@check(hint="Compare the settings with their limits before you store them.")
def test_negative_learning_rate(rejects):
    """a negative learning rate raises ValueError"""
    rejects(lambda m: m.Adam([column(1.0)], lr=-0.1))
