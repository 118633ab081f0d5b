"""Public checks of deep_mlp: the worked examples of the statement."""

import math

import torch

from grader.checks import check, close


def rows(*numbers):
    """A float64 tensor."""
    return torch.tensor(numbers, dtype=torch.float64)


# Three layers with one unit each, and two rows: the example of the statement.
X = rows((1.0,), (-2.0,))
LAYERS = [(rows((2.0,)), rows(1.0)), (rows((-1.0,)), rows(4.0)), (rows((3.0,)), rows(-1.0))]


@check(hint="The noise has variance 1. Which number do you multiply it with to get the variance of the scheme?")
def test_first_weights(student):
    """a weight with noise 1 between 8 inputs and 2 outputs, in three schemes"""
    for scheme, value in (("he", 0.5), ("xavier", math.sqrt(0.2)), ("lecun", math.sqrt(0.125))):
        due = [(torch.full((2, 8), value, dtype=torch.float64), rows(0.0, 0.0))]
        close(student.init_layers([8, 2], [torch.ones(2, 8, dtype=torch.float64)], scheme=scheme), due, what=scheme)


@check(hint="Follow one row through three layers on paper; only two of them have an activation.")
def test_scores_by_hand(student):
    """the scores of the worked example"""
    close(student.kit.scores(student.deep_forward, X, LAYERS, "relu"), rows((2.0,), (11.0,)), what="the scores")


@check(hint="Go from the last column of the table to the first. What does a relu that was off let through?")
def test_gradients_by_hand(student):
    """the gradients of the worked example, for ones coming in"""
    found = student.kit.backward(student.deep_forward, student.deep_backward, X, LAYERS, "relu", rows((1.0,), (1.0,)))
    close(found["dX"], rows((-6.0,), (0.0,)), what="dX")
    due = [(rows((-3.0,)), rows(-3.0)), (rows((9.0,)), rows(6.0)), (rows((5.0,)), rows(2.0))]
    close(found["grads"], due, what="the gradients, first layer first")


@check(hint="With all weights at zero both classes are equally likely. What is the loss then?")
def test_two_steps(student):
    """two steps of a single layer on two rows"""
    start = [(torch.zeros(2, 1, dtype=torch.float64), torch.zeros(2, dtype=torch.float64))]
    _, losses = student.train_deep(rows((1.0,), (-1.0,)), torch.tensor([1, 0]), start, 0.5, 2)
    close(losses, [math.log(2), math.log1p(math.exp(-0.5))], what="the losses")


@check(hint="Compare the name with those that exist, in every function that takes one.")
def test_unknown_activation(rejects):
    """an activation that does not exist raises ValueError"""
    rejects(lambda m: m.kit.scores(m.deep_forward, X, LAYERS, "step"))
