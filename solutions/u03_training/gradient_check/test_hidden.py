"""Hidden checks of gradient_check. The truth is the derivative on paper."""

import math

import torch

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")


def eighths(noise):
    """The nearest multiples of 1/8: with a step of 1/64, sums of squares are exact in float32."""
    return (8 * noise).round() / 8


def neighbours(x):
    """The gradient of `chain`: for each number the sum of the one before and the one after."""
    flat, found = x.reshape(-1), torch.zeros(x.numel(), dtype=x.dtype)
    found[:-1] += flat[1:]
    found[1:] += flat[:-1]
    return found.reshape(x.shape)


def seen_from_both_sides(x, h=1e-5):
    """The central differences of `waves`, which are so short that 2h in the place of h is 0.5 percent off."""
    return (1e4 * x).cos() * math.sin(1e4 * h) / h


@check(
    points=2.5, hint="Which two points belong to one entry, how far apart are they, and where are the other entries?"
)
def test_values(student, tensors):
    """gradients of polynomials, exponentials and products with the usual step"""
    x, kit = tensors((2, 3)).clamp(-2.5, 2.5), student.kit
    # Rounding leaves about 1e-10 of a central difference at this step, hence the absolute tolerance.
    for f, truth in (
        (kit.cubes, 3 * x**2),
        (kit.exponentials, x.exp()),
        (kit.chain, neighbours(x)),
        (kit.bowl, x**2 + x.exp()),
    ):
        close(student.numerical_gradient(f, x), truth, rtol=1e-6, atol=1e-7, what="the gradient")
    found = student.numerical_gradient(kit.waves, x)
    close(found, seen_from_both_sides(x), rtol=1e-4, atol=1e-2, what="the gradient of short waves")


@check(points=1.5, hint="With a large step, a look to one side only is far off; what does a look to both sides give?")
def test_second_order(student, tensors):
    """with steps of 0.01 and 0.1 the central difference, neither a better nor a worse one"""
    x, kit = tensors((2, 3)).clamp(-2.5, 2.5), student.kit
    for h in (1e-2, 0.1):
        cubes, powers = 3 * x**2 + h**2, x.exp() * torch.sinh(torch.tensor(h, dtype=torch.float64)) / h
        close(student.numerical_gradient(kit.cubes, x, h=h), cubes, what=f"the gradient of the cubes with h = {h}")
        close(student.numerical_gradient(kit.exponentials, x, h=h), powers, what=f"that of e to the x with h = {h}")
        close(student.numerical_gradient(kit.chain, x, h=h), neighbours(x), what=f"that of the chain with h = {h}")


@check(points=1.5, dtypes=BOTH, hint="A gradient looks like what it is taken for, and the caller still needs that.")
def test_shape_and_input(agree, tensors, student):
    """several shapes, gaps in memory, a function that returns a view; x is the same afterwards"""
    step = 1 / 64
    points = {
        "shape ()": eighths(tensors(())),
        "shape (4,)": eighths(tensors((4,))),
        "shape (2, 3, 2)": eighths(tensors((2, 3, 2))),
        "shape (2, 3), with gaps": eighths(tensors((6, 2))).T[:, ::2],
    }

    def gradients(m):
        found = {f"squares, {name}": m.numerical_gradient(m.kit.squares, x, h=step) for name, x in points.items()}
        found |= {f"the last entry, {name}": m.numerical_gradient(m.kit.last, x, h=step) for name, x in points.items()}
        return found

    agree(gradients)

    x = tensors((3, 4))
    kept = x.clone()
    student.numerical_gradient(student.kit.squares, x)
    ensure(
        torch.equal(x, kept),
        f"x has moved by up to {float((x - kept).abs().max()):.2g}. Work on a copy, or put back the very number that was "
        "there before.",
    )


@check(
    points=2, dtypes=BOTH, hint="Follow one pair of numbers: difference, sum of the sizes, quotient. Then the largest."
)
def test_relative_error_values(agree, tensors, dtype, student):
    """the largest error of random pairs, of small and large numbers, and of opposite signs"""
    a, noise = tensors((4, 3)), tensors((4, 3))
    pairs = {
        "one in a hundred off": (torch.tensor([100.0, 1.0, -2.0]), torch.tensor([101.0, 1.0, -2.0])),
        "small numbers": (torch.tensor([5.0, 1e-6, 0.25]), torch.tensor([5.0, 2e-6, 0.25])),
        "very small numbers": (torch.tensor([1e-9, 1.0]), torch.tensor([3e-9, 1.0])),
        "opposite signs": (torch.tensor([[0.5, 2.0]]), torch.tensor([[-0.5, 2.0]])),
        "a zero and a small number": (torch.tensor([1e-3, 4.0]), torch.tensor([0.0, 4.0])),
        "all the same": (torch.tensor([1.0, -2.0]), torch.tensor([1.0, -2.0])),
        "two numbers of shape ()": (torch.tensor(3.0), torch.tensor(1.0)),
    }
    cases = {name: (p.to(dtype), q.to(dtype)) for name, (p, q) in pairs.items()}
    cases["random pairs"] = (a, a * (1 + 0.1 * noise.clamp(-2, 2)))
    cases["random pairs, transposed"] = (a.T, noise.T)

    def errors(m):
        return {name: m.relative_error(p, q) for name, (p, q) in cases.items()}

    agree(errors)
    found = errors(student)
    close(found["very small numbers"], 0.5, what="the error of 1e-9 and 3e-9")
    close(found["one in a hundred off"], 1 / 201, what="the error of 100 and 101")


@check(points=1, dtypes=BOTH, hint="What is 0 divided by 0, and how well do two zeros agree?")
def test_zeros_are_equal(agree, student, tensors, dtype):
    """two zeros agree, alone, beside other numbers, and as slopes of a function that does not care"""
    zero = torch.zeros(3, dtype=dtype)
    mixed, other = (
        torch.tensor([[0.0, 1.0], [0.0, -2.0]], dtype=dtype),
        torch.tensor([[0.0, 1.5], [-0.0, -2.0]], dtype=dtype),
    )
    agree(
        lambda m: {
            "zeros and zeros": m.relative_error(zero, zero.clone()),
            "zeros beside others": m.relative_error(mixed, other),
            "two zeros of shape ()": m.relative_error(zero[0], -zero[0]),
        }
    )
    x, kit = tensors((3, 2), dtype=torch.float64).clamp(-2, 2), student.kit
    ensure(
        student.check_gradient(kit.first_row, kit.first_row_slope, x) is True,
        "The gradient of `first_row` in kit.py is right, and exactly 0 in the other rows: your check should return True.",
    )


@check(points=1, hint="Which two gradients do you compare, with which step, and with which tolerance?")
def test_accepts_and_rejects(agree, tensors):
    """yes to the right gradient, no to one with a single wrong entry; step and tolerance as asked for"""
    x, cube = tensors((2, 3)).clamp(-2, 2), tensors((3, 1, 2)).clamp(-2, 2)
    ones = torch.ones(2, 2, dtype=torch.float64)  # 2 against 6 is an error of exactly 4 / 8
    quarter = 0.25 * ones  # the waves are steep there, and a step of 1e-5 is a relative error of 0.0008
    x[-1, -1] = (
        0.5  # the entry with the slip; a step of 0.1 is a relative error of 0.0016 there, and below 0.003 elsewhere
    )

    def answers(m):
        right, slip = m.kit.bowl_slope, m.kit.bowl_slope_with_a_slip
        return {
            "the right gradient": m.check_gradient(m.kit.bowl, right, x),
            "the right gradient, three axes": m.check_gradient(m.kit.bowl, right, cube),
            "one entry 1 percent too large": m.check_gradient(m.kit.bowl, slip(1.01), x),
            "one entry 0.01 percent too small": m.check_gradient(m.kit.bowl, slip(0.9999), x),
            "one entry with the wrong sign": m.check_gradient(m.kit.bowl, slip(-1.0), x),
            "2.5 millionths too large": m.check_gradient(m.kit.bowl, slip(1 + 2.5e-6), x),
            "1.5 millionths too large": m.check_gradient(m.kit.bowl, slip(1 + 1.5e-6), x),
            "waves, with the usual step": m.check_gradient(m.kit.waves, m.kit.wave_slope, quarter, tol=0.002),
            "an error of exactly tol": m.check_gradient(
                m.kit.squares, m.kit.three_times_too_much, ones, h=1 / 64, tol=0.5
            ),
            "1 percent too large, tol 0.1": m.check_gradient(m.kit.bowl, slip(1.01), x, tol=0.1),
            "1 percent too large, tol 0.001": m.check_gradient(m.kit.bowl, slip(1.01), x, tol=0.001),
            "the right gradient, h 0.1": m.check_gradient(m.kit.bowl, right, x, h=0.1),
            "the right gradient, h 0.1, tol 0.1": m.check_gradient(m.kit.bowl, right, x, h=0.1, tol=0.1),
        }

    agree(answers)


@check(points=0.5, hint="Which steps and which pairs of shapes make no sense?")
def test_bad_input(rejects, tensors):
    """a step that is not above 0, and gradients of different shapes, raise ValueError"""
    x = tensors((3,))
    for h in (0.0, -1e-5):
        rejects(lambda m, h=h: m.numerical_gradient(m.kit.squares, x, h=h), unchanged=[x], what=f"h={h}")
        rejects(lambda m, h=h: m.check_gradient(m.kit.bowl, m.kit.bowl_slope, x, h=h), unchanged=[x], what=f"h={h}")
    for one, other in (((3,), (3, 1)), ((3,), (1,)), ((3,), (2,)), ((), (1,)), ((2, 3), (3, 2)), ((2, 3), (6,))):
        a, b = tensors(one), tensors(other)
        rejects(lambda m, a=a, b=b: m.relative_error(a, b), what=f"the shapes {one} and {other}")
