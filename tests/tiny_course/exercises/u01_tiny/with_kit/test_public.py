"""Public checks of with_kit."""

import torch

from grader.checks import check, close


@check(hint="Once, and once more.")
def test_add_one(student):
    """adding one twice adds two"""
    close(student.apply_twice(lambda x: x + 1, torch.zeros(2)), torch.full((2,), 2.0), what="zero, plus one twice")
