"""Public checks of logreg_gradient: the worked example of the statement, and scores of 900."""

import math

import torch

from grader.checks import check, close, ensure


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


def scalar(value):
    """The number as a float64 tensor of shape ()."""
    return torch.tensor(value, dtype=torch.float64)


@check(hint="At score 0 both answers are equally likely.")
def test_sigmoid(student):
    """probabilities for the scores 0, 1 and -2"""
    expected = numbers(0.5, 1 / (1 + math.exp(-1)), 1 / (1 + math.exp(2)))
    close(student.sigmoid(numbers(0.0, 1.0, -2.0)), expected, what="the probabilities")


@check(hint="Take the loss of each row from its score, then the mean.")
def test_loss(student):
    """the loss of the worked example, and of two scores of 900"""
    loss = (math.log1p(math.exp(-1)) + math.log1p(math.exp(-2))) / 2
    close(student.bce_with_logits(numbers(1.0, -2.0), numbers(1.0, 0.0)), scalar(loss), what="the loss of the example")
    close(student.bce_with_logits(numbers(900.0, 900.0), numbers(0.0, 1.0)), scalar(450.0), what="the loss for 900")


@check(hint="Fill in the table of the statement from top to bottom.")
def test_graph(student):
    """all nodes of the worked example"""
    nodes = student.logreg_forward_backward(
        numbers([1.0, 2.0], [-1.0, 0.0]), numbers(1.0, 0.0), numbers(1.0, 0.5), scalar(-1.0)
    )
    names = ["z", "p", "loss", "dz", "dw", "db"]
    ensure(isinstance(nodes, dict), "Return a dict with one tensor for each node of the graph.")
    ensure(list(nodes) == names, f"The keys are {list(nodes)}; they should be {names}, in this order.")
    expected = {
        "z": numbers(1.0, -2.0),
        "p": numbers(0.7310586, 0.1192029),
        "loss": scalar(0.2200948),
        "dz": numbers(-0.1344707, 0.0596015),
        "dw": numbers(-0.1940722, -0.2689414),
        "db": scalar(-0.0748692),
    }
    close(nodes, expected, atol=2e-6, what="the graph")


@check(hint="Compare the two shapes before anything else.")
def test_shapes_differ(rejects):
    """scores and labels of different shapes raise ValueError"""
    rejects(lambda m: m.bce_with_logits(torch.zeros(3), torch.zeros(3, 1)))
