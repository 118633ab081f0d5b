"""Public checks of activation_checkpoint: two sines, a layer with weights, and dropout."""

import math

import torch

from grader.checks import check, close, ensure


def vector(*numbers):
    """The numbers as a float64 vector."""
    return torch.tensor(numbers, dtype=torch.float64)


@check(hint="Follow the worked example of the statement; the gradient from above is 3.")
def test_two_sines(student):
    """two sines in one segment: value, gradient, and the four calls"""
    ran = student.kit.run_sequential(student.checkpoint_sequential, vector(1.0, 1.0), 1, vector(0.5), vector(3.0))
    close(ran["output"], vector(0.461269555), what="the value")
    close(ran["gradient"], vector(3 * math.cos(math.sin(0.5)) * math.cos(0.5)), what="the gradient")
    close(ran["calls of forward"], ["0", "1"], what="the calls of the forward pass")
    close(ran["calls of backward"], ["0 with gradients", "1 with gradients"], what="the calls of the backward pass")


@check(hint="The weights inside are no args; still they want their gradients, even when the data wants none.")
def test_weights_inside(student):
    """the weights inside get their gradients, also where the data is plain"""
    weight, bias = torch.zeros(1, 2, dtype=torch.float64), vector(0.0)
    x = torch.tensor([[1.0, -2.0]], dtype=torch.float64)
    ran = student.kit.run(student.checkpoint, weight, bias, [x], [False], torch.ones(1, 1).double())
    close(ran["gradients of the args"], [None], what="the gradient of plain data")
    close(ran["gradients of the parameters"], [2 * x, vector(1.0)], what="the gradients of weight and bias")


@check(hint="Both calls of dropout must draw the same numbers.")
def test_dropout(student):
    """dropout drops the same entries in both passes"""
    ones = torch.ones(64, dtype=torch.float64)
    ran = student.kit.run_dropout(student.checkpoint, ones, ones, 7)
    ensure(
        bool(((ran["output"] == 0) == (ran["gradient"] == 0)).all()),
        "Dropped entries have a gradient. Let the second call see the first call's random numbers.",
    )


@check(hint="Look at the number of segments before you call anything.")
def test_too_many_segments(rejects):
    """two functions in three segments raise ValueError"""
    rejects(
        lambda m: m.kit.run_sequential(m.checkpoint_sequential, vector(1.0, 1.0), 3, vector(0.5), vector(1.0)),
    )
