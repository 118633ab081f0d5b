"""Public checks of counter."""

import torch

from grader.checks import check, close


@check(hint="The caller's tensor moves.")
def test_one_step(student):
    """one step up"""
    start = torch.zeros(2)
    counter = student.Counter(start, by=0.5)
    counter.step()
    close(start, torch.tensor([0.5, 0.5]), what="the caller's tensor")
    close(counter.steps, 1, what="steps")
