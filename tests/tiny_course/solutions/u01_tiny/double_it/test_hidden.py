"""Hidden checks of double_it."""

import torch

from grader.checks import check, close, ensure


@check(points=1.125, hint="Every entry, and twice.", dtypes=("float64", "float32"))
def test_values(agree, tensors):
    """every entry is doubled"""
    x = tensors((2, 3))
    agree(lambda m: {"doubled": m.double_it(x)})


@check(points=0.875, hint="Hand the result to your function once more.", needs=("test_values",))
def test_twice_in_a_row(student, tensors):
    """doubling twice is four times as much"""
    x = tensors((4,))
    due = 4 * x  # before the call: what it does to x must not count
    close(student.double_it(student.double_it(x)), due, what="four times x")


@check(points=0.75, hint="Compute into new memory.")
def test_input_kept(student, tensors):
    """the argument is the same before and after"""
    x = tensors((3,))
    before = x.clone()
    student.double_it(x)
    ensure(torch.equal(x, before), "Your argument has changed: compute into a new tensor.")


@check(points=0.25, hint="Which types are floating ones?", visible="after_due")
def test_bad_input(rejects):
    """whole numbers and bools raise ValueError"""
    rejects(lambda m: m.double_it(torch.tensor([1, 2])), what="whole numbers")
    rejects(lambda m: m.double_it(torch.tensor([True])), what="bools")
