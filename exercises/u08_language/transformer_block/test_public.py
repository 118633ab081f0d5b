"""Public checks of transformer_block: the worked examples of the statement."""

import torch

from grader.checks import check, close


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


@check(hint="Mean, variance, and eps joins the variance before the root is taken.")
def test_layer_norm(student):
    """the row 0, 0, 0, 4 of the statement, with eps = 1"""
    gamma, beta = numbers(1.0, 1.0, 2.0, 2.0), numbers(0.0, 0.0, 0.0, 1.0)
    found = student.layer_norm(numbers([0.0, 0.0, 0.0, 4.0]), gamma, beta, eps=1.0)
    close(found, numbers([-0.5, -0.5, -1.0, 4.0]), what="the normalised row")


@check(hint="Work out the two means of the formula first; the gradients of a row add up to zero.")
def test_layer_norm_backward(student):
    """the gradients of the same row"""
    x, gamma = numbers([0.0, 0.0, 0.0, 4.0]), numbers(1.0, 1.0, 2.0, 2.0)
    expected = (
        numbers([0.28125, -0.21875, -0.21875, 0.15625]),
        numbers(-0.5, 0.0, 0.0, 1.5),
        numbers(1.0, 0.0, 0.0, 1.0),
    )
    found = student.layer_norm_backward(numbers([1.0, 0.0, 0.0, 1.0]), x, gamma, eps=1.0)
    close(found, expected, what="(dx, dgamma, dbeta)")


@check(hint="Two branches, one after the other; each of them norms its own input and adds its result to the main path.")
def test_block(student):
    """the two tokens of the statement"""
    one, zero = numbers(1.0, 1.0), numbers(0.0, 0.0)
    p = {
        "ln1_g": one,
        "ln1_b": zero,
        "W_qkv": torch.eye(2, dtype=torch.float64).repeat(3, 1),
        "b_qkv": torch.zeros(6, dtype=torch.float64),
        "W_o": torch.eye(2, dtype=torch.float64),
        "b_o": zero,
        "ln2_g": one,
        "ln2_b": zero,
        "W_1": numbers([1.0, 0.0]),
        "b_1": numbers(0.0),
        "W_2": numbers([0.0], [1.0]),
        "b_2": zero,
    }
    expected = numbers([[1.000004999963, 4.841339641962], [4.888383356306, -0.047039259492]])
    close(student.transformer_block(numbers([[2.0, 4.0], [4.0, 0.0]]), p, 1), expected, what="the output")


@check(hint="Column 0 and column 1 are sine and cosine of the same angle.")
def test_positions(student):
    """three positions with four columns"""
    expected = [
        [0.0, 1.0, 0.0, 1.0],
        [0.8414710, 0.5403023, 0.0099998, 0.9999500],
        [0.9092974, -0.4161468, 0.0199987, 0.9998000],
    ]
    found = student.sinusoidal_positions(3, 4)
    if isinstance(found, torch.Tensor):
        found = found.clone()  # on the CPU, also where everything else is on a GPU
    close(found, torch.tensor(expected), what="the positions")


@check(hint="How many sines does a row have, and how many cosines?")
def test_odd_width(rejects):
    """an odd number of columns raises ValueError"""
    rejects(lambda m: m.sinusoidal_positions(3, 5))
