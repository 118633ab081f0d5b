"""Public checks of batch_norm: the worked example of the statement."""

import torch

from grader.checks import check, close, ensure


def column(*numbers):
    """One channel: a float64 tensor (N, 1)."""
    return torch.tensor(numbers, dtype=torch.float64)[:, None]


def one_channel(m):
    """The statement's layer: eps 4, gamma 2, beta 1."""
    bn = m.BatchNorm(1, eps=4.0, dtype=torch.float64)
    bn.gamma = torch.tensor([2.0], dtype=torch.float64)
    bn.beta = torch.tensor([1.0], dtype=torch.float64)
    return bn


@check(hint="Mean 4, variance 5, and eps was chosen so that the root is 3.")
def test_worked_example(student):
    """the numbers 1, 3, 5, 7 in training mode"""
    bn = one_channel(student)
    close(bn.forward(column(1.0, 3.0, 5.0, 7.0)), column(-1.0, 1 / 3, 5 / 3, 3.0), what="the output")
    close(bn.running_mean, torch.tensor([0.4], dtype=torch.float64), what="running_mean")
    close(bn.running_var, torch.tensor([0.9 + 2 / 3], dtype=torch.float64), what="running_var")
    close(bn.num_batches_tracked, 1, what="num_batches_tracked")


@check(hint="Three paths lead from an x to the output: itself, the mean, and the variance.")
def test_example_backwards(student):
    """the gradient 1, 0, 0, 0 on its way back"""
    bn = one_channel(student)
    bn.forward(column(1.0, 3.0, 5.0, 7.0))
    dx, dgamma, dbeta = bn.backward(column(1.0, 0.0, 0.0, 0.0))
    close(dx, column(1 / 3, -2 / 9, -1 / 9, 0.0), what="dx")
    close(dgamma, torch.tensor([-1.0], dtype=torch.float64), what="dgamma")
    close(dbeta, torch.tensor([1.0], dtype=torch.float64), what="dbeta")


@check(hint="In evaluation mode a single example is enough: whose mean is used?")
def test_evaluation(student):
    """one number in evaluation mode, after one batch"""
    bn = one_channel(student)
    bn.forward(column(1.0, 3.0, 5.0, 7.0))
    bn.eval()
    ensure(bn.training is False, "After eval() the attribute `training` should be False. Set it there.")
    close(bn.forward(column(1.0)), column(1 + 2 * 0.6 / (4.9 + 2 / 3) ** 0.5), what="the output")
    close(bn.running_mean, torch.tensor([0.4], dtype=torch.float64), what="running_mean after evaluating")


@check(hint="What is the variance of a single number?")
def test_single_number(rejects):
    """a batch of one number per channel can't be trained on: ValueError"""
    rejects(lambda m: m.BatchNorm(2, dtype=torch.float64).forward(torch.ones(1, 2, dtype=torch.float64)))
