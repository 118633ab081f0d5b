"""Public checks of loss_scaling: the worked example of the statement."""

import torch

from grader.checks import check, close


def vector(*numbers):
    """The numbers as a float64 vector."""
    return torch.tensor(numbers, dtype=torch.float64)


@check(hint="Scaling must not cut the loss off from the weights behind it.")
def test_scaled_loss(student):
    """a loss times 8 has a gradient times 8"""
    ran = student.kit.gradient_through(student.DynamicLossScaler(8.0), vector(3.0), torch.ones(1, 1).double())
    close(ran["scaled loss"], torch.tensor(72.0, dtype=torch.float64), what="the scaled loss")
    close(ran["gradient"], vector(48.0), what="the gradient behind it")


@check(hint="Follow the table of the statement row by row.")
def test_worked_example(student):
    """the five steps of the statement's table"""
    scaler, weight, apply = student.DynamicLossScaler(8.0, 2.0, 0.5, 2), vector(1.0), student.kit.PlainStep(0.1)
    seen = []
    for arriving in (4.0, 4.0, float("inf"), 4.0, 4.0):
        applied = scaler.step([weight], [vector(arriving)], apply)
        seen.append([applied, weight.item(), scaler.scale, scaler.tracker])
    table = [
        [True, 0.95, 8.0, 1],
        [True, 0.9, 16.0, 0],
        [False, 0.9, 8.0, 0],
        [True, 0.85, 8.0, 1],
        [True, 0.8, 16.0, 0],
    ]
    close(seen, table, what="applied, weight, scale and tracker after each step")


@check(hint="A None has nothing to divide; the tensors are changed where they are.")
def test_unscale(student):
    """gradients are divided in place, None is skipped"""
    grads = [vector(8.0, -4.0), None, vector(1.0)]
    found = student.DynamicLossScaler(4.0).unscale_(grads)
    close(found, False, what="the answer")
    close([grads[0], grads[2]], [vector(2.0, -1.0), vector(0.25)], what="the gradients")


@check(hint="The smallest positive float16 is about 6e-8. Which of the entries are below, and which were zero before?")
def test_lost_entries(student):
    """the vector of the statement, unscaled and scaled by 1024"""
    g = vector(0.0, 1e-9, 1e-7, 1e-5, 1.0)
    close(student.underflow_fraction(g), 0.25, what="the share lost without a scale")
    close(student.underflow_fraction(g, scale=1024.0), 0.0, what="the share lost with scale 1024")


@check(hint="Look at the settings before you store them.")
def test_no_scale(rejects):
    """a scale of zero raises ValueError"""
    rejects(lambda m: m.DynamicLossScaler(0.0))
