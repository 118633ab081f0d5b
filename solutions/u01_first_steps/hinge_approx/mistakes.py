"""Known wrong answers to hinge_approx with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

CHANGES = "torch.cat([flat, slopes, flat]).diff()"
HINGES = "(x[:, None] - knots[None, :]).clamp(min=0)"
STILL_ON = "Hinges to the left are still switched on; a new hinge only has to add the change of slope."
FIRST_VALUE = "What is the value before any hinge has switched on?"

MISTAKES = [
    mistake(
        "slopes_not_changes",
        STILL_ON,
        swap=(CHANGES, "torch.cat([slopes, -slopes[-1:]])"),
        caught_by="test_coefficients",
    ),
    mistake(
        "last_knot_dropped",
        "Which hinge stops the line from continuing past the final point?",
        swap=(CHANGES, "torch.cat([torch.cat([flat, slopes]).diff(), flat])"),
        caught_by="test_flat_outside",
    ),
    mistake(
        "absolute_value",
        "A hinge is flat on one side; yours bends on both.",
        swap=(HINGES, "(x[:, None] - knots[None, :]).abs()"),
        caught_by="test_features",
    ),
    mistake(
        "hinge_reversed",
        "Your hinges open to the left.",
        swap=(HINGES, "(knots[None, :] - x[:, None]).clamp(min=0)"),
        caught_by="test_features",
    ),
    mistake(
        "uniform_spacing",
        "Two knots close together need a steeper line than two far apart.",
        swap=("values.diff() / knots.diff()", "values.diff() / knots.diff().mean()"),
        caught_by="test_coefficients",
    ),
    mistake(
        "bias_omitted",
        FIRST_VALUE,
        swap=("@ coeffs + bias", "@ coeffs"),
        caught_by="test_interpolates",
    ),
    mistake(
        "bias_sign_in_network",
        "Check where each hidden unit of your network switches on.",
        swap=("b1 = -knots", "b1 = knots.clone()"),
        caught_by="test_as_network",
    ),
    mistake(
        "slopes_and_a_zero",
        STILL_ON,
        swap=(CHANGES, "torch.cat([slopes, flat])"),
        caught_by="test_coefficients",
    ),
    mistake(
        "zero_bias",
        FIRST_VALUE,
        swap=("values[0].clone()", "torch.zeros_like(values[0])"),
        caught_by="test_coefficients",
    ),
    mistake(
        "table_turned",
        "A row of the features belongs to one point, a column to one hinge.",
        swaps=[
            (HINGES, "(x[None, :] - knots[:, None]).clamp(min=0)"),
            ("hinge_features(x, knots) @", "hinge_features(x, knots).T @"),
        ],
        caught_by="test_features",
    ),
    mistake(
        "weights_lying_down",
        "PyTorch stores one row of weights for each unit of the layer: how many units has the output layer?",
        swaps=[
            ("torch.ones_like(knots)[:, None]", "torch.ones_like(knots)[None, :]"),
            ("coeffs[None, :]", "coeffs[:, None]"),
        ],
        caught_by="test_as_network",
    ),
    mistake(
        "order_not_checked",
        "Between two knots at the same place there is no slope; refuse them before you divide.",
        swap=("(knots.diff() > 0)", "(knots.diff() >= 0)"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "walks_along_the_points",
        source='''
import torch
from torch import Tensor


def hinge_features(x, knots):
    table = x.new_zeros(len(x), len(knots))
    for k in range(len(knots)):
        table[:, k] = torch.maximum(x - knots[k], x.new_zeros(()))
    return table


def hinge_interpolant(knots, values):
    """One knot after the other, remembering the slope of the line that arrives there."""
    K = knots.numel()
    if K < 2 or knots.shape != values.shape:
        raise ValueError("shapes")
    coeffs = torch.empty_like(values)
    slope = 0.0
    for k in range(K - 1):
        gap = knots[k + 1] - knots[k]
        if gap <= 0:
            raise ValueError("knots must rise")
        new = (values[k + 1] - values[k]) / gap
        coeffs[k] = new - slope
        slope = new
    coeffs[K - 1] = -slope
    return values[0], coeffs


def hinge_predict(x, knots, bias, coeffs):
    height = bias.expand(len(x)).clone()
    for t, a in zip(knots, coeffs):
        height += a * torch.where(x > t, x - t, 0.0)
    return height


def hinge_network(knots, bias, coeffs):
    K = len(knots)
    return knots.new_ones(K, 1), 0 - knots, coeffs.view(1, K), bias[None]
''',
    ),
    correct(
        "asks_the_network",
        source='''
import torch
from torch import Tensor


def hinge_features(x: Tensor, knots: Tensor) -> Tensor:
    difference = torch.sub(x.unsqueeze(1), knots)
    return (difference + difference.abs()) / 2


def hinge_interpolant(knots: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """The coefficients solve a triangular system: the curve goes through the points, and is flat after the last."""
    if knots.dim() != 1 or knots.size() != values.size() or knots.size(0) < 2:
        raise ValueError("shapes")
    if torch.any(knots[1:] <= knots[:-1]):
        raise ValueError("order")
    system = hinge_features(knots[1:], knots[:-1])
    inner = torch.linalg.solve_triangular(system, (values[1:] - values[0])[:, None], upper=False).squeeze(1)
    return values[0].clone(), torch.cat([inner, -inner.sum().reshape(1)])


def hinge_predict(x: Tensor, knots: Tensor, bias: Tensor, coeffs: Tensor) -> Tensor:
    W1, b1, W2, b2 = hinge_network(knots, bias, coeffs)
    return (torch.relu(x.reshape(-1, 1) @ W1.T + b1) @ W2.T + b2).flatten()


def hinge_network(knots: Tensor, bias: Tensor, coeffs: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return torch.ones_like(knots).unsqueeze(1), knots.neg(), coeffs.unsqueeze(0), bias.unsqueeze(0)
''',
    ),
    correct(
        "einsum",
        swaps=[
            (
                "hinge_features(x, knots) @ coeffs + bias",
                'torch.einsum("nk,k->n", hinge_features(x, knots), coeffs) + bias',
            ),
            (CHANGES, "torch.cat([slopes, flat]) - torch.cat([flat, slopes])"),
        ],
    ),
]


def probe(m):
    """The whole way on uneven knots, every step of it also on its own."""
    knots = torch.tensor([-2.0, -1.5, 0.0, 0.2, 1.0, 3.0], dtype=torch.float64)
    values = knots.sin() + 1
    x = torch.linspace(-4, 5, 19, dtype=torch.float64)
    bias, coeffs = torch.tensor(0.75, dtype=torch.float64), torch.linspace(-1, 2, 6, dtype=torch.float64)
    equal = torch.tensor([0.0, 1.0, 1.0], dtype=torch.float64)
    return {
        "features": lambda: m.hinge_features(x, knots),
        "bias": lambda: m.hinge_interpolant(knots, values)[0],
        "coeffs": lambda: m.hinge_interpolant(knots, values)[1],
        "sum of hinges": lambda: m.hinge_predict(x, knots, bias, coeffs),
        "network": lambda: m.hinge_network(knots, bias, coeffs),
        "equal knots": lambda: m.hinge_interpolant(equal, equal),
    }
