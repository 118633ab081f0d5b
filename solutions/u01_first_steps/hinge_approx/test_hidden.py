"""Hidden checks of hinge_approx. The truth about the curve is the straight line between two neighbours, worked out here."""

import torch

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")


def eighths(noise):
    """The nearest multiples of 1/8."""
    return (8 * noise).round() / 8


def points(tensors, dtype, spacing=(0.5, 0.25, 2.0, 1.0, 0.25, 0.5)):
    """Uneven knots and values that go up and down, in eighths: float32 computes with them exactly, in any order."""
    gaps = torch.tensor(spacing, dtype=dtype)
    start = eighths(tensors((1,)))
    knots = torch.cat([start, start + gaps.cumsum(0)])
    size = 0.5 + eighths(tensors((len(knots),)).abs().clamp(max=3))
    return knots, torch.where(torch.arange(len(knots)) % 2 == 0, size, -size)


def between(knots, values):
    """Points at 1/4 and at 3/4 of each interval, and the height of the straight line there."""
    places = [knots[:-1] + part * knots.diff() for part in (0.25, 0.75)]
    heights = [values[:-1] + part * values.diff() for part in (0.25, 0.75)]
    return torch.cat(places), torch.cat(heights)


def curve(m, x, knots, values):
    """The whole way: from the points to the coefficients, and from there to the heights at x."""
    bias, coeffs = m.hinge_interpolant(knots, values)
    return m.hinge_predict(x, knots, bias, coeffs)


@check(points=1.5, dtypes=BOTH, hint="What is the height of a hinge to the left of its knot, and to the right of it?")
def test_features(agree, tensors, dtype):
    """hinges at points left, right and exactly on the knots, also for one point or one knot"""
    knots, _ = points(tensors, dtype)
    x = torch.cat([tensors((12,), scale=2.0), knots])[::2]  # not contiguous
    agree(
        lambda m: {
            "features of many points": m.hinge_features(x, knots),
            "features of one point": m.hinge_features(x[:1], knots),
            "features with one knot": m.hinge_features(x, knots[2:3]),
        }
    )


@check(points=2.5, dtypes=BOTH, hint="First the slopes between neighbours, then how they change from knot to knot.")
def test_coefficients(agree, tensors, dtype):
    """bias and coefficients for uneven knots, and for two knots only"""
    knots, values = points(tensors, dtype)
    wide, heights = points(tensors, dtype, spacing=(4.0, 1.0, 1.0, 0.5))
    agree(
        lambda m: {
            "(bias, coeffs) for seven knots": m.hinge_interpolant(knots, values),
            "(bias, coeffs) for five knots": m.hinge_interpolant(wide, heights),
            "(bias, coeffs) for two knots": m.hinge_interpolant(knots[2:4], values[2:4]),
        }
    )


@check(
    points=2, dtypes=BOTH, hint="Put in a knot: is the height the value there? Then put in a point between two knots."
)
def test_interpolates(agree, tensors, dtype, student):
    """the curve goes through all points and is straight in between"""
    knots, values = points(tensors, dtype)
    x, heights = between(knots, values)
    close(curve(student, knots, knots, values), values, what="the heights at the knots")
    close(curve(student, x, knots, values), heights, what="the heights between the knots")

    bias, coeffs, places = (eighths(tensors(shape)) for shape in ((), (4,), (9,)))
    agree(lambda m: {"a sum of four hinges": m.hinge_predict(places, knots[:4], bias, coeffs)})


@check(points=1.5, hint="What is switched on far to the left, and what is the sum of all slopes far to the right?")
def test_flat_outside(student, tensors, dtype):
    """the curve keeps its first value on the left and its last value on the right"""
    knots, values = points(tensors, dtype)
    away = torch.tensor([0.0, 0.01, 1.0, 20.0], dtype=dtype)
    for k, v in ((knots, values), (knots[:2], values[:2])):
        left, right = curve(student, k[0] - away, k, v), curve(student, k[-1] + away, k, v)
        close(left, v[0].repeat(4), what=f"the heights left of {len(k)} knots")
        close(right, v[-1].repeat(4), what=f"the heights right of {len(k)} knots")


@check(points=1.5, dtypes=BOTH, hint="Feed the network one number by hand: where does each hidden unit switch on?")
def test_as_network(agree, tensors, dtype, student):
    """the four arrays of the network, and its output"""
    knots, values = points(tensors, dtype)
    coeffs = torch.tensor([1.5, -2.0, 0.5, 0.75, -1.0, 0.25, 1.0], dtype=dtype)
    bias = values[0] + 1
    agree(lambda m: dict(zip(("W1", "b1", "W2", "b2"), m.hinge_network(knots, bias, coeffs))))

    W1, b1, W2, b2 = student.hinge_network(knots, bias, coeffs)
    x, _ = between(knots, values)
    output = torch.relu(x[:, None] @ W1.T + b1) @ W2.T + b2
    hinges = sum(a * torch.relu(x - t) for a, t in zip(coeffs, knots))
    close(output, (bias + hinges)[:, None], what="the output of a network with your four arrays")


@check(points=0.5, hint="Plot the sum for a few knots beside the sine: where do they part?")
def test_approximates_sine(student):
    """41 even knots come closer than 0.01 to the sine on [-3, 3]"""
    knots = torch.linspace(-3, 3, 41, dtype=torch.float64)
    x = torch.linspace(-3, 3, 500, dtype=torch.float64)
    found = curve(student, x, knots, knots.sin())
    ensure(
        isinstance(found, torch.Tensor) and found.shape == x.shape,
        "hinge_predict should return one height for each point: look at the shape of what it returns.",
    )
    worst = float((found - x.sin()).abs().max())
    ensure(
        worst < 0.01,
        f"With 41 knots the curve is up to {worst:.3g} away from the sine; 0.003 is possible. Look at your coefficients.",
    )


@check(points=0.5, hint="How many points does a line need, and what must hold for each pair of neighbours?")
def test_bad_input(rejects, tensors):
    """too few knots, knots out of order, and different shapes raise ValueError"""
    values = tensors((4,))
    knots = torch.tensor([-1.0, 0.0, 0.5, 2.0], dtype=torch.float64)
    rejects(lambda m: m.hinge_interpolant(knots[:1], values[:1]), what="a single knot")
    rejects(lambda m: m.hinge_interpolant(knots[:0], values[:0]), what="no knot")
    rejects(lambda m: m.hinge_interpolant(knots.flip(0), values), what="falling knots")
    rejects(lambda m: m.hinge_interpolant(knots[[0, 1, 3, 2]], values), what="knots that fall at the end")
    rejects(lambda m: m.hinge_interpolant(knots[[0, 0, 1, 2]], values), what="two equal knots at the start")
    rejects(lambda m: m.hinge_interpolant(knots[[0, 1, 2, 2]], values), what="two equal knots at the end")
    rejects(lambda m: m.hinge_interpolant(knots, values[:3]), what="four knots and three values")
    rejects(lambda m: m.hinge_interpolant(knots[:3], values), what="three knots and four values")
