"""Public checks of weight_decay: the worked example of the statement, and a first bad input."""

import torch

from grader.checks import check, close

W = [[3.0, -4.0], [0.3, 0.4], [0.0, 0.0]]


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


@check(hint="Squares first, then one sum over everything, then half of lam.")
def test_penalty(student):
    """the penalty of the two parameters of the statement"""
    params = [numbers([3.0, -4.0]), numbers(2.0)]
    close(student.l2_penalty(params, 0.1), numbers(1.45).reshape(()), what="the penalty")


@check(hint="Differentiate the penalty for one weight and add that to its gradient.")
def test_gradient_of_the_penalty(student):
    """the gradients of the statement with lam = 0.1"""
    params, grads = [numbers([3.0, -4.0]), numbers(2.0)], [numbers([1.0, 1.0]), numbers(-0.5)]
    close(student.add_l2_grad(params, grads, 0.1), [numbers([1.3, 0.6]), numbers(-0.3)], what="the new gradients")


@check(hint="Everyone moves by 0.1 towards zero; who is closer than that stops there.")
def test_soft_threshold(student):
    """four weights with lr = 0.5 and lam = 0.2"""
    close(student.l1_prox(numbers(3.0, -4.0, 0.05, -0.1), 0.5, 0.2), numbers(2.9, -3.9, 0.0, 0.0))


@check(hint="The length of each row decides; shorten the long ones and leave the rest as they are.")
def test_norm_limit(student):
    """a long row, a short row and a row of zeros with limit = 2.5"""
    close(student.max_norm(numbers(*W), 2.5), numbers([1.5, -2.0], [0.3, 0.4], [0.0, 0.0]))


@check(hint="Look at lam before you compute anything.")
def test_negative_strength(rejects):
    """a negative lam raises ValueError"""
    rejects(lambda m: m.l2_penalty([numbers(1.0)], -0.1), what="lam=-0.1")
