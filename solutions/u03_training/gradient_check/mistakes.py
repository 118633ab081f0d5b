"""Known wrong answers to gradient_check with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

QUOTIENT = "(right - left) / (2 * h)"
ERROR = "((a - b).abs() / size)"
GUARD = "    size = torch.where(size == 0, 1.0, size)  # there the difference is 0, too\n"

MISTAKES = [
    mistake(
        "forward_difference",
        "Your error shrinks only in proportion to h; look on both sides of the point.",
        swaps=[("point[index] = here - h", "point[index] = here"), (QUOTIENT, "(right - left) / h")],
        caught_by="test_second_order",
    ),
    mistake(
        "missing_factor_two",
        "The two points are 2h apart.",
        swap=(QUOTIENT, "(right - left) / h"),
        caught_by="test_values",
    ),
    mistake(
        "perturbs_every_entry",
        "All entries of your gradient are the same; move one coordinate at a time.",
        swaps=[
            ("point[index] = here + h", "point = x + h"),
            ("point[index] = here - h", "point = x - h"),
            ("        point[index] = here\n", ""),
        ],
        caught_by="test_values",
    ),
    mistake(
        "never_restores",
        "By the time you reach the last entry, the others are no longer where they started.",
        swaps=[("point = x.clone()", "point = x"), ("        point[index] = here\n", "")],
        caught_by="test_second_order",
    ),
    mistake(
        "returns_flat",
        "A gradient has the shape of what it is taken for.",
        swap=("return grad\n", "return grad.flatten()\n"),
        caught_by="test_shape_and_input",
    ),
    mistake(
        "absolute_error",
        "An error of 1e-4 is harmless for a slope of 100 and fatal for one of 1e-4.",
        swap=(ERROR, "(a - b).abs()"),
        caught_by="test_relative_error_values",
    ),
    mistake(
        "zero_over_zero",
        "Two gradients that are both zero agree perfectly.",
        swap=(GUARD, ""),
        caught_by="test_zeros_are_equal",
    ),
    mistake(
        "mean_not_max",
        "One wrong entry among a thousand must still be noticed.",
        swap=(ERROR + ".max()", ERROR + ".mean()"),
        caught_by="test_relative_error_values",
    ),
    mistake(
        "restores_by_arithmetic",
        "There and back again in floating point does not always end where it began; remember the number itself.",
        swaps=[
            ("point = x.clone()", "point = x"),
            ("point[index] = here + h", "point[index] += h"),
            ("point[index] = here - h", "point[index] -= 2 * h"),
            ("        point[index] = here\n", "        point[index] += h\n"),
        ],
        caught_by="test_shape_and_input",
    ),
    mistake(
        "keeps_a_view",
        "What if the function just hands back one of the numbers that you gave it, and you change that number then?",
        swaps=[("right = f(point).item()", "right = f(point)"), ("left = f(point).item()", "left = f(point)")],
        caught_by="test_shape_and_input",
    ),
    mistake(
        "floor_in_denominator",
        "Small gradients deserve the same care as large ones; a floor in the denominator lets them pass.",
        swap=("torch.where(size == 0, 1.0, size)", "size.clamp(min=1e-8)"),
        caught_by="test_relative_error_values",
    ),
    mistake(
        "sign_kept",
        "A gradient that is too small is as wrong as one that is too large; so is a negative one.",
        swap=("a.abs() + b.abs()", "(a + b).abs()"),
        caught_by="test_relative_error_values",
    ),
    mistake(
        "step_not_passed_on",
        "The caller may ask for another step than the usual one.",
        swap=("numerical_gradient(f, x, h), grad_f", "numerical_gradient(f, x), grad_f"),
        caught_by="test_accepts_and_rejects",
    ),
    mistake(
        "tolerance_ignored",
        "The caller may ask for another tolerance than the usual one.",
        swap=("<= tol", "<= 1e-6"),
        caught_by="test_accepts_and_rejects",
    ),
    mistake(
        "negative_step_accepted",
        "A step backwards would give the same quotient; it is refused all the same, as a sign of confusion.",
        swap=("if not h > 0:", "if h == 0:"),
        caught_by="test_bad_input",
    ),
    mistake(
        "shapes_broadcast",
        "A row and a column of the same numbers would be compared entry by entry with each other: compare shapes first.",
        swap=("if a.shape != b.shape:", "if a.numel() != b.numel():"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "unit_vectors",
        source='''
from typing import Callable

import torch
from torch import Tensor


def numerical_gradient(f, x, h=1e-5):
    """Two new tensors for each entry: nothing is changed in place."""
    if h <= 0:
        raise ValueError("step")
    steps = h * torch.eye(x.numel(), dtype=x.dtype, device=x.device).reshape(x.numel(), *x.shape)
    slopes = [(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return torch.stack(slopes).reshape(x.shape)


def relative_error(a, b):
    if a.shape != b.shape:
        raise ValueError("shapes")
    error = (a - b).abs() / (a.abs() + b.abs())
    return float(error.nan_to_num(nan=0.0).max())


def check_gradient(f, grad_f, x, h=1e-5, tol=1e-6):
    return not relative_error(grad_f(x), numerical_gradient(f, x, h=h)) > tol
''',
    ),
    correct(
        "in_place_and_back",
        source='''
from typing import Callable

import torch
from torch import Tensor


def numerical_gradient(f: Callable[[Tensor], Tensor], x: Tensor, h: float = 1e-5) -> Tensor:
    """In the caller's own tensor, where every entry gets its very own number back."""
    if h <= 0:
        raise ValueError("step")
    slopes = []
    for flat in range(x.numel()):
        index, rest = (), flat
        for size in reversed(x.shape):
            index, rest = (rest % size, *index), rest // size
        old = x[index].clone()
        values = []
        for sign in (1, -1):
            x[index] = old + sign * h
            values.append(f(x).clone())
        x[index] = old
        slopes.append(torch.sub(*values) / h / 2)
    return torch.stack(slopes).view(x.shape)


def relative_error(a: Tensor, b: Tensor) -> float:
    """Number by number."""
    if a.shape != b.shape:
        raise ValueError("shapes")
    worst = 0.0
    for p, q in zip(a.flatten().tolist(), b.flatten().tolist()):
        if p != q:
            worst = max(worst, abs(p - q) / (abs(p) + abs(q)))
    return worst


def check_gradient(f, grad_f, x, h=1e-5, tol=1e-6) -> bool:
    numerical = numerical_gradient(f, x, h)
    return bool(relative_error(numerical, grad_f(x)) <= tol)
''',
    ),
    correct(
        "flat_copies",
        swaps=[
            ("    point = x.clone()  # moved back and forth; x itself stays as it is\n", ""),
            (
                "        here = point[index].item()\n",
                "        point = x.detach().clone()\n        here = point[index].item()\n",
            ),
            ("        point[index] = here\n", ""),
            (ERROR + ".max().item()", "torch.amax((a - b).abs().div(size)).item()"),
        ],
    ),
]


def probe(m):
    """One point and two steps, functions that stand alone, are coupled, or return a view, and single errors."""
    values = [[0.5, -1.25, 2.0], [1.5, 0.75, -0.5]]
    exact = [-1.25, 2.5, 0.25, 2.75, 1.0, 0.75]  # the gradient of the chain

    def x():
        return torch.tensor(values, dtype=torch.float64)

    def numbers(*row):
        return torch.tensor(row, dtype=torch.float64)

    def coupled():
        """Which entries are right, however wrong the others are."""
        found = m.numerical_gradient(m.kit.chain, x(), h=0.1)
        return (found.flatten() - numbers(*exact)).abs().lt(1e-6).tolist()

    def still_there():
        point = torch.linspace(-1.1, 2.3, 12, dtype=torch.float64).reshape(3, 4)
        kept = point.clone()
        m.numerical_gradient(m.kit.squares, point)
        return torch.equal(point, kept)

    def answer(factor, **settings):
        return m.check_gradient(m.kit.bowl, m.kit.bowl_slope_with_a_slip(factor), x(), **settings)

    return {
        "cubes": lambda: m.numerical_gradient(m.kit.cubes, x()),
        "exponentials, large step": lambda: m.numerical_gradient(m.kit.exponentials, x(), h=0.1),
        "cubes, large step": lambda: m.numerical_gradient(m.kit.cubes, x(), h=1e-2),
        "coupled": coupled,
        "a view": lambda: m.numerical_gradient(m.kit.last, x(), h=0.1),
        "x is still there": still_there,
        "a third": lambda: m.relative_error(numbers(0.1, 1e-6, 2.0), numbers(0.1, 2e-6, 2.0)),
        "tiny": lambda: m.relative_error(numbers(1e-9, 1.0), numbers(3e-9, 1.0)),
        "signs": lambda: m.relative_error(numbers(-1.0, 2.0, 1.0), numbers(2.0, 2.0, 1.0)),
        "zeros": lambda: m.relative_error(numbers(0.0, 1.0), numbers(0.0, 1.0)),
        "right": lambda: answer(1.0),
        "slip": lambda: [answer(1.01), answer(1.01, tol=0.1), answer(1.0, h=0.1)],
        "negative step": lambda: m.numerical_gradient(m.kit.squares, x(), h=-0.1),
        "a row and a column": lambda: m.relative_error(numbers(1.0, 2.0), numbers(1.0, 2.0)[:, None]),
    }
