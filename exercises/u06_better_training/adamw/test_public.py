"""Public checks of adamw: the worked example of the statement, zero gradients, and the two groups."""

import torch

from grader.checks import check, close


def column(*numbers):
    """The numbers as a float64 vector."""
    return torch.tensor(numbers, dtype=torch.float64)


@check(hint="Follow the first step by hand: shrink the weight, then take the step of Adam.")
def test_worked_example(student):
    """the table of the statement: large and small gradients decay alike"""
    weights = column(2.0, 2.0)
    opt = student.AdamW([weights], lr=0.1, weight_decay=0.5)
    opt.step([column(10.0, 0.1)])
    close(weights, column(1.8, 1.8), what="the weights after one step")
    opt.step([column(-5.0, -0.05)])
    close(weights, column(1.6833663, 1.6833663), what="the weights after two steps")


@check(hint="A gradient of zero is a gradient; None is none.")
def test_zero_and_none(student):
    """a zero gradient leaves the decay alone at work, a None gradient leaves the parameter alone"""
    zero, none = column(2.0, -4.0), column(2.0)
    opt = student.AdamW([zero, none], lr=0.1, weight_decay=0.5)
    opt.step([column(0.0, 0.0), None])
    opt.step([column(0.0, 0.0), None])
    close(zero, column(1.805, -3.61), what="the weights with zero gradients after two steps")
    close(none, column(2.0), what="the weight without a gradient")


@check(hint="Count the axes of each tensor; the names do not matter.")
def test_two_groups(student):
    """matrices decay, vectors do not"""
    named = [("hidden.weight", torch.zeros(5, 3)), ("hidden.bias", torch.zeros(5)), ("out.weight", torch.zeros(1, 5))]
    close(student.decay_groups(named), (["hidden.weight", "out.weight"], ["hidden.bias"]), what="the two groups")


@check(hint="Compare the settings with their limits before you store them.")
def test_negative_decay(rejects):
    """a negative weight decay raises ValueError"""
    rejects(lambda m: m.AdamW([column(1.0)], weight_decay=-0.1))
