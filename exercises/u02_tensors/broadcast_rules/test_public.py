"""Public checks of broadcast_rules: the tables and the product of the statement."""

import torch

from grader.checks import check, close


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


G = numbers([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])


@check(hint="Write the shapes below each other, flush right, and go from axis to axis.")
def test_shapes(student):
    """the shapes of the table that fit together"""
    found = {
        "(3,) and (2, 1)": student.broadcast_shape((3,), (2, 1)),
        "(), (5, 1, 4) and (3, 1)": student.broadcast_shape((), (5, 1, 4), (3, 1)),
        "(3,) and ()": student.broadcast_shape((3,), ()),
        "(), (0,) and (1,)": student.broadcast_shape((), (0,), (1,)),
    }
    expected = {
        "(3,) and (2, 1)": (2, 3),
        "(), (5, 1, 4) and (3, 1)": (5, 3, 4),
        "(3,) and ()": (3,),
        "(), (0,) and (1,)": (0,),
    }
    close(found, expected)


@check(hint="Two sizes that are both not 1 must be the same.")
def test_shapes_that_do_not_fit(rejects):
    """the shapes (2,) and (3,) raise ValueError"""
    rejects(lambda m: m.broadcast_shape((2,), (3,)), what="the shapes (2,) and (3,)")


@check(hint="First the axes that were added in front, then those that were stretched from 1.")
def test_way_back(student):
    """the table of the statement brought back to five shapes"""
    found = {str(shape): student.unbroadcast(G, shape) for shape in ((2, 3), (3,), (2, 1), (1, 3), ())}
    expected = {
        "(2, 3)": G,
        "(3,)": numbers(5.0, 7.0, 9.0),
        "(2, 1)": numbers([6.0], [15.0]),
        "(1, 3)": numbers([5.0, 7.0, 9.0]),
        "()": torch.tensor(21.0, dtype=torch.float64),
    }
    close(found, expected)


@check(hint="Each operand's gradient has that operand's shape; for a product, the other operand is a factor.")
def test_sum_and_product(student):
    """gradients of a sum and of the product of the statement"""
    a, b = numbers(1.0, 10.0, 100.0), numbers([2.0], [3.0])
    close(student.add_backward(G, (3,), (2, 1)), (numbers(5.0, 7.0, 9.0), numbers([6.0], [15.0])), what="of the sum")
    close(student.mul_backward(G, a, b), (numbers(14.0, 19.0, 24.0), numbers([321.0], [654.0])), what="of the product")
