"""Hidden checks of activation_functions. The truth is torch.nn.functional, and autograd through it."""

import torch
import torch.nn.functional as F

from grader.checks import check, close, ensure

TRUTH = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "softplus": F.softplus,
    "silu": F.silu,
    "gelu": F.gelu,
    "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
    "mish": F.mish,
}


def inputs(tensors, dtype):
    """Random entries in two shapes (one not contiguous), a grid, and one number; none of them is zero."""
    grid = torch.linspace(-4, 4, 16, dtype=dtype)
    return {
        "a matrix": tensors((3, 5), scale=2.0).clamp(-4, 4).T,
        "a grid": grid.reshape(2, 2, 4),
        "one number": tensors(()),
    }


def values(m, names, zs):
    return {f"{name} of {what}": m.activate(name, z) for name in names for what, z in zs.items()}


def slopes(m, names, zs):
    return {f"slope of {name} at {what}": m.activate_grad(name, z) for name in names for what, z in zs.items()}


def true_values(names, zs):
    return {f"{name} of {what}": TRUTH[name](z) for name in names for what, z in zs.items()}


def true_slopes(names, zs):
    found = {}
    for name in names:
        for what, z in zs.items():
            leaf = z.clone().requires_grad_()
            (found[f"slope of {name} at {what}"],) = torch.autograd.grad(TRUTH[name](leaf).sum(), leaf)
    return found


def compare_values(agree, student, names, zs):
    """With the reference, and with torch."""
    agree(lambda m: values(m, names, zs))
    close(values(student, names, zs), true_values(names, zs))


@check(points=1.5, hint="Both stay between two bounds: which?", dtypes=("float64", "float32"))
def test_bounded(agree, student, tensors, dtype):
    """the values of sigmoid and tanh"""
    compare_values(agree, student, ("sigmoid", "tanh"), inputs(tensors, dtype))


@check(
    points=1.5,
    hint="The right half is the same for all three. What happens on the left?",
    dtypes=("float64", "float32"),
)
def test_rectifiers(agree, student, tensors, dtype):
    """the values of relu, leaky_relu and elu"""
    compare_values(agree, student, ("relu", "leaky_relu", "elu"), inputs(tensors, dtype))


@check(
    points=2,
    hint="Four of the five are the input times a number between 0 and 1: which number is it in each?",
    dtypes=("float64", "float32"),
)
def test_smooth(agree, student, tensors, dtype):
    """the values of softplus, silu, gelu, gelu_tanh and mish"""
    compare_values(agree, student, ("softplus", "silu", "gelu", "gelu_tanh", "mish"), inputs(tensors, dtype))


@check(
    points=2.5,
    hint="Compare your slope with the difference quotient of your own values: for which function do they differ?",
    dtypes=("float64", "float32"),
)
def test_slopes(agree, student, tensors, dtype):
    """the slopes of all ten, as autograd finds them"""
    zs = inputs(tensors, dtype)
    agree(lambda m: slopes(m, TRUTH, zs))
    close(slopes(student, TRUTH, zs), true_slopes(TRUTH, zs))


@check(points=1, hint="Follow your formula at 800 and at -800: which part is the first to become infinite?")
def test_extremes(agree, dtype):
    """values and slopes from -800 to 800"""
    sizes = torch.tensor([800.0, 745.0, 400.0, 100.0, 40.0, 12.0], dtype=dtype)
    zs = {"large inputs": sizes, "large negative inputs": -sizes}
    agree(lambda m: values(m, TRUTH, zs) | slopes(m, TRUTH, zs))


@check(points=0.5, hint="Three of the ten have a rule of their own for this place.")
def test_at_zero(agree, student, dtype):
    """values and slopes at exactly zero, also of a tensor of shape ()"""
    zs = {"zeros": torch.zeros(2, dtype=dtype), "a single zero": torch.zeros((), dtype=dtype)}
    agree(lambda m: values(m, TRUTH, zs) | slopes(m, TRUTH, zs))
    close(slopes(student, TRUTH, zs), true_slopes(TRUTH, zs))


@check(points=0.5, hint="One of them has the error function in it, the other has a tanh.")
def test_gelu_forms_differ(student, dtype):
    """the two gelus are close to each other, and not the same"""
    z = torch.linspace(-3, 3, 61, dtype=dtype)
    exact, approximate = student.activate("gelu", z), student.activate("gelu_tanh", z)
    gap = (exact - approximate).abs().max().item()
    ensure(
        gap > 1e-6,
        "`gelu` and `gelu_tanh` give the same values. Write the exact one with erf, the other one with tanh.",
    )
    ensure(
        gap < 1e-3,
        f"`gelu` and `gelu_tanh` are up to {gap:.2g} apart; less than 0.001 is right. Compare each with its formula.",
    )


@check(points=0.5, hint="What do your functions do with a name that is not in the table?")
def test_bad_input(rejects, tensors):
    """unknown names raise ValueError in both functions"""
    z = tensors((3,))
    for name in ("softsign", "GELU", "elu ", ""):
        rejects(lambda m, name=name: m.activate(name, z), unchanged=[z], what=f"the name {name!r}")
        rejects(lambda m, name=name: m.activate_grad(name, z), unchanged=[z], what=f"the name {name!r}, for the slope")
