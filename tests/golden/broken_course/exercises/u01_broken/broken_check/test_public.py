import torch

from grader.checks import check, close


@check(hint="Two times three.")
def test_three(student):
    """twice three is six"""
    close(student.double(torch.tensor(3.0)), torch.tensor(6.0))
