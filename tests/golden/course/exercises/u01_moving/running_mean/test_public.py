"""Public checks of running_mean: the worked example."""

import torch

from grader.checks import check, close


@check(hint="The first batch sets the value; the second one moves it half of the way.")
def test_worked_example(student):
    """the worked example of the statement"""
    mean = student.RunningMean(0.5)
    mean.update(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    close(mean.value, torch.tensor([2.0, 3.0]), what="the value after one batch")
    mean.update(torch.tensor([[4.0, 3.0]]))
    close(mean.value, torch.tensor([3.0, 3.0]), what="the value after two batches")


@check(hint="Nothing has been seen yet.")
def test_nothing_seen(student):
    """before the first batch there is no value"""
    mean = student.RunningMean(0.5)
    close(mean.value, None, what="the value")
    close(mean.seen, 0, what="seen")
