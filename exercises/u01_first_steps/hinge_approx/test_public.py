"""Public checks of hinge_approx: the worked example of the statement."""

import torch

from grader.checks import check, close


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


KNOTS, VALUES = numbers(0.0, 1.0, 3.0), numbers(1.0, 2.0, 0.0)
BIAS, COEFFS = torch.tensor(1.0, dtype=torch.float64), numbers(1.0, -2.0, 1.0)


@check(hint="One row for each point, one column for each hinge; a hinge is never below 0.")
def test_features(student):
    """three hinges at four points"""
    found = student.hinge_features(numbers(-1.0, 0.5, 2.0, 5.0), KNOTS)
    expected = numbers([0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [2.0, 1.0, 0.0], [5.0, 4.0, 2.0])
    close(found, expected, what="the features")


@check(hint="Two slopes, three changes of slope: from flat to the first, to the second, and back to flat.")
def test_coefficients(student):
    """bias and coefficients of the worked example"""
    close(student.hinge_interpolant(KNOTS, VALUES), (BIAS, COEFFS), what="(bias, coeffs)")


@check(hint="Weigh the columns of the features, add them up, and add the bias.")
def test_prediction(student):
    """the curve at six points, as in the table"""
    found = student.hinge_predict(numbers(-1.0, 0.5, 1.0, 2.0, 3.0, 5.0), KNOTS, BIAS, COEFFS)
    close(found, numbers(1.0, 1.5, 2.0, 1.0, 0.0, 0.0), what="the heights")


@check(hint="A hidden unit switches on where its weight times x plus its bias is 0.")
def test_network(student):
    """the weights of the worked example"""
    found = student.hinge_network(KNOTS, BIAS, COEFFS)
    expected = (numbers([1.0], [1.0], [1.0]), numbers(0.0, -1.0, -3.0), numbers([1.0, -2.0, 1.0]), numbers(1.0))
    close(found, expected, what="(W1, b1, W2, b2)")


@check(hint="Compare each knot with its neighbour before you divide by their distance.")
def test_two_knots_at_one_place(rejects):
    """two knots at the same place raise ValueError"""
    rejects(lambda m: m.hinge_interpolant(numbers(0.0, 1.0, 1.0), VALUES))
