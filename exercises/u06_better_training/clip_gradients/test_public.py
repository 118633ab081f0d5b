"""Public checks of clip_gradients: the worked example of the statement, and a first bad input."""

import math

import torch

from grader.checks import check, close, ensure


def numbers(*values):
    """The numbers as a float64 vector."""
    return torch.tensor(values, dtype=torch.float64)


def example():
    """The gradients of the statement: two tensors with a missing one in between."""
    return [numbers(1.0, -2.0), None, numbers(2.0)]


@check(hint="One sum over everything, and one root at the end.")
def test_three_norms(student):
    """the 2-norm, the 1-norm and the largest entry of the statement's gradients"""
    for norm_type, expected in ((2.0, 3.0), (1.0, 5.0), (math.inf, 2.0)):
        norm = student.global_norm(example(), norm_type=norm_type)
        close(norm, torch.tensor(expected, dtype=torch.float64), what=f"the norm with p = {norm_type}")


@check(hint="The same factor for all of them: the limit divided by the norm of all, plus the tiny constant.")
def test_worked_example(student):
    """the statement's gradients with a limit of 1.5"""
    grads = example()
    total = student.clip_grad_norm(grads, 1.5)
    close(grads, [numbers(0.4999998333, -0.9999996667), None, numbers(0.9999996667)], what="the clipped gradients")
    close(total, torch.tensor(3.0, dtype=torch.float64), what="the norm before clipping")


@check(hint="How large may the factor become?")
def test_short_enough(student):
    """gradients within the limit stay as they are"""
    grads = example()
    student.clip_grad_norm(grads, 4.0)
    close(grads, example(), what="the gradients")


@check(hint="Each entry for itself, in both directions.")
def test_entry_by_entry(student):
    """the statement's gradients with their entries limited to 1.5"""
    grads = example()
    returned = student.clip_grad_value(grads, 1.5)
    close(grads, [numbers(1.0, -1.5), None, numbers(1.5)], what="the clipped gradients")
    ensure(returned is None, "clip_grad_value works in place and returns None: leave the return statement out.")


@check(hint="Look at the limit first, and at the gradients only when it makes sense.")
def test_no_room(rejects):
    """a limit of 0 raises ValueError"""
    grads = example()
    rejects(lambda m: m.clip_grad_norm(grads, 0.0), unchanged=[grads[0], grads[2]], what="max_norm=0")
