"""Public checks of double_it."""

import torch

from grader.checks import check, close


@check(hint="Twice one is two.")
def test_one_and_two(student):
    """twice (1, 2) is (2, 4)"""
    close(student.double_it(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]), what="twice (1, 2)")


@check(hint="Look at the type before you compute.")
def test_whole_numbers(rejects):
    """whole numbers raise ValueError"""
    rejects(lambda m: m.double_it(torch.tensor([1, 2])), what="a tensor of whole numbers")
