"""Public checks of blend: numbers that were worked out on paper."""

import torch

from grader.checks import check, close


@check(hint="How long is the way from one point to the other, and which part of it do you go?")
def test_worked_example(student):
    """the worked example of the statement"""
    here, target = torch.tensor([1.0, 2.0]), torch.tensor([5.0, 2.0])
    close(student.blend(here, target, 0.25), torch.tensor([2.0, 2.0]), what="the new point")


@check(hint="Which rates make sense?")
def test_rate_above_one(rejects):
    """a rate above 1 raises ValueError"""
    here = torch.tensor([1.0])
    rejects(lambda m: m.blend(here, here, 1.5), unchanged=[here])
