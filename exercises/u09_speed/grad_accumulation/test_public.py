"""Public checks of grad_accumulation: the worked example of the statement, and a look at the rules around it."""

import torch

from grader.checks import check, close


def column(*numbers):
    """The numbers as a float64 column."""
    return torch.tensor(numbers, dtype=torch.float64)[:, None]


def pieces():
    """The micro-batches of the statement: two rows and one row on the line y = x."""
    return [(column(1.0, 2.0), column(1.0, 2.0)), (column(3.0), column(3.0))]


@check(hint="The first piece stands for two of three rows, the second for one of three.")
def test_worked_example(student):
    """two uneven micro-batches make one update"""
    ran = student.kit.run(student.train_accumulated, column(0.0), None, pieces(), 2, lr=0.03)
    close(list(ran["result"]), [1, [28 / 3]], what="the number of updates and their norms")
    close(ran["weights"]["weight"], column(0.28), what="the weight")


@check(hint="The norm is noted first, then the whole gradient is cut, then comes the step.")
def test_clipping(student):
    """the example of the statement with a limit of 1"""
    ran = student.kit.run(student.train_accumulated, column(0.0), None, pieces(), 2, lr=0.03, max_norm=1.0)
    close(list(ran["result"]), [1, [28 / 3]], what="the number of updates and their norms")
    close(ran["weights"]["weight"], column(0.03), what="the weight")


@check(hint="Two micro-batches make a group; the third is alone in the last one.")
def test_short_last_group(student):
    """three micro-batches in groups of two make two updates"""
    three = [*pieces(), (column(1.0), column(1.0))]
    ran = student.kit.run(student.train_accumulated, column(0.0), None, three, 2, lr=0.03)
    close(list(ran["result"]), [2, [28 / 3, 1.44]], what="the number of updates and their norms")
    close(ran["weights"]["weight"], column(0.3232), what="the weight")


@check(hint="Look at accum_steps before you touch the model.")
def test_no_group(rejects):
    """accum_steps = 0 raises ValueError"""
    rejects(lambda m: m.kit.run(m.train_accumulated, column(0.0), None, pieces(), 0))
