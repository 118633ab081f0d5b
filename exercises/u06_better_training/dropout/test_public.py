"""Public checks of dropout: the worked example of the statement."""

import torch

from grader.checks import check, close


def vector(*numbers):
    """The numbers as a float64 vector."""
    return torch.tensor(numbers, dtype=torch.float64)


X = (3.0, -1.5, 6.0, 9.0, 12.0)
U = (0.1, 0.7, 0.25, 0.9, 0.2)


@check(hint="Two of the five are dropped. What are the others multiplied with, when p is a quarter?")
def test_worked_example(student):
    """five numbers, a quarter to be dropped"""
    y, mask = student.dropout_forward(vector(*X), 0.25, vector(*U))
    close(y, vector(0.0, -2.0, 8.0, 12.0, 0.0), what="the output")
    close(mask, vector(0.0, 4 / 3, 4 / 3, 4 / 3, 0.0), what="the mask")


@check(hint="The gradient passes where the number has passed, and is multiplied by the same factor.")
def test_example_backwards(student):
    """the gradient 3, 3, 3, 3, 3 on its way back"""
    mask = vector(0.0, 4 / 3, 4 / 3, 4 / 3, 0.0)
    close(student.dropout_backward(vector(3.0, 3.0, 3.0, 3.0, 3.0), mask), vector(0.0, 4.0, 4.0, 4.0, 0.0), what="dx")


@check(hint="At test time every unit takes part, and nothing is rescaled.")
def test_not_training(student):
    """outside of training nothing happens"""
    y, mask = student.dropout_forward(vector(*X), 0.25, vector(*U), training=False)
    close(y, vector(*X), what="the output")
    close(mask, vector(1.0, 1.0, 1.0, 1.0, 1.0), what="the mask")


@check(hint="Each of the four channels has a random number of its own.")
def test_images(student):
    """two images of two channels, one pixel each"""
    x = torch.full((2, 2, 1, 1), 3.0, dtype=torch.float64)
    u = torch.tensor([[0.1, 0.6], [0.9, 0.2]], dtype=torch.float64)
    expected = torch.tensor([[0.0, 4.0], [4.0, 0.0]], dtype=torch.float64).reshape(2, 2, 1, 1)
    close(student.spatial_dropout(x, 0.25, u), expected, what="the images")


@check(hint="Which shares of the units can be dropped?")
def test_probability(rejects):
    """a probability above 1 raises ValueError"""
    rejects(lambda m: m.dropout_forward(vector(*X), 1.5, vector(*U)))
