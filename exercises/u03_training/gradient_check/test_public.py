"""Public checks of gradient_check: the worked example of the statement."""

import torch

from grader.checks import check, close, ensure


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


@check(hint="Work out f at the four points that the table names.")
def test_central_differences(student):
    """the gradient of the example with a step of 0.1"""
    x = numbers(2.0, -1.0)
    found = student.numerical_gradient(student.kit.example, x, h=0.1)
    close(found, numbers(11.01, 2.0), what="the central differences")
    ensure(torch.equal(x, numbers(2.0, -1.0)), "x has other numbers afterwards: work on a copy, or put them back.")


@check(hint="Divide each difference by the sum of the two sizes, then take the largest.")
def test_relative_error(student):
    """the relative error of three pairs, one of them zero and zero"""
    close(
        student.relative_error(numbers(11.01, 2.0), numbers(11.0, 2.0)), 0.01 / 22.01, what="the error of the example"
    )
    close(student.relative_error(numbers(0.0, 3.0), numbers(0.0, 1.0)), 0.5, what="the error of (0, 3) and (0, 1)")


@check(hint="Compare the largest relative error with the tolerance that was asked for.")
def test_says_yes_and_no(student):
    """yes and no for the gradient of the cubic bowl"""
    kit, x = student.kit, numbers([0.5, -1.0], [1.5, 0.0])
    ensure(
        student.check_gradient(kit.bowl, kit.bowl_slope, x) is True,
        "The gradient of `bowl` in kit.py is right; your check should return True for it.",
    )
    ensure(
        student.check_gradient(kit.bowl, kit.bowl_slope_with_a_slip(1.01), x) is False,
        "One entry of this gradient is wrong by a hundredth; your check should return False for it.",
    )


@check(hint="Look at h before you divide by it.")
def test_no_step(rejects):
    """a step of 0 raises ValueError"""
    rejects(lambda m: m.numerical_gradient(m.kit.squares, numbers(1.0), h=0.0))
