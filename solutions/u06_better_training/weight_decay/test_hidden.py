"""Hidden checks of weight_decay."""

import torch
from torch.optim.sgd import sgd  # the function behind torch.optim.SGD

from grader.checks import check, close, ensure, shares_memory

BOTH = ("float64", "float32")
SHAPES = [(4, 3), (5,), (), (1, 2)]


def draw(tensors):
    """Parameters of several shapes, the last two axes of the first in the unusual order."""
    return [tensors((3, 4)).T, *(tensors(shape) for shape in SHAPES[1:])]


def clones(params):
    return [p.clone() for p in params]


def penalty(params, lam):
    return lam / 2 * sum((p * p).sum() for p in params)


@check(points=1.5, dtypes=BOTH, hint="Write it for two tensors of different size: what is squared, summed, halved?")
def test_penalty_value(agree, tensors, student):
    """the penalty of four tensors of different shapes, of one alone, and with lam = 0"""
    params, single = draw(tensors), [tensors((2, 3)) + 3.0]

    def penalties(m):
        return {
            "four tensors, lam 0.3": m.l2_penalty(params, 0.3),
            "one tensor, lam 2": m.l2_penalty(single, 2.0),
            "four tensors, lam 0": m.l2_penalty(params, 0.0),
        }

    agree(penalties)
    close(student.l2_penalty(params, 0.3), penalty(params, 0.3), what="the penalty of four tensors with lam 0.3")


@check(points=2, dtypes=BOTH, hint="What is the derivative of half a square, and whose tensors do you write into?")
def test_penalty_gradient(tensors, student):
    """the gradients with penalty are those of autograd, and nothing passed in has changed"""
    params, grads = draw(tensors), draw(tensors)
    kept_params, kept_grads = clones(params), clones(grads)
    for lam in (0.4, 0.0):
        leaves = [p.clone().requires_grad_() for p in params]
        slopes = torch.autograd.grad(penalty(leaves, lam), leaves)
        found = student.add_l2_grad(params, grads, lam)
        close(found, [g + s for g, s in zip(kept_grads, slopes)], what=f"the gradients with lam {lam}")
        ensure(
            all(torch.equal(now, old) for now, old in zip(params + grads, kept_params + kept_grads)),
            "A parameter or a gradient that was passed in has changed: put the sums into new tensors.",
        )
        ensure(
            not any(shares_memory(f, old) for f in found for old in params + grads),
            f"With lam {lam} a result is a tensor that was passed in: return new tensors, also when nothing is added.",
        )


@check(
    points=1.5, dtypes=BOTH, hint="Plain SGD with your gradients should shrink each weight by the factor 1 - lr·lam."
)
def test_same_as_sgd_decay(student, tensors):
    """three SGD steps with your gradients are those of torch's SGD with weight decay"""
    params = draw(tensors)
    twins = clones(params)
    for _ in range(3):
        grads = draw(tensors)
        with_penalty = student.add_l2_grad(params, clones(grads), 0.6)
        params = [p - 0.2 * g for p, g in zip(params, with_penalty)]
        sgd(
            twins,
            clones(grads),
            [None] * len(twins),
            foreach=False,
            weight_decay=0.6,
            momentum=0.0,
            lr=0.2,
            dampening=0.0,
            nesterov=False,
            maximize=False,
        )
    close(params, twins, what="the weights after three steps")


@check(
    points=2, dtypes=BOTH, hint="Try 3, 0.1, -0.1 and -3 with a threshold of a half: who moves, by how much, who stops?"
)
def test_soft_threshold(agree, tensors, student, dtype):
    """large, small and zero weights of both signs, in several shapes, also exactly at the threshold"""
    matrix, scalar = 2 * tensors((3, 5)).T, tensors(()) + 3.0
    row = torch.tensor([2.0, 0.75, 0.5, 0.25, 0.0, -0.25, -0.5, -0.75, -2.0], dtype=dtype)
    shrunk = torch.tensor([1.5, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, -0.25, -1.5], dtype=dtype)

    def shrink(m):
        return {
            "a row with lr 0.25, lam 2": m.l1_prox(row, 0.25, 2.0),
            "a matrix with lr 0.5, lam 0.8": m.l1_prox(matrix, 0.5, 0.8),
            "one number with lr 0.1, lam 3": m.l1_prox(scalar, 0.1, 3.0),
            "a matrix with lam 0": m.l1_prox(matrix, 0.5, 0.0),
        }

    agree(shrink)
    close(student.l1_prox(row, 0.25, 2.0), shrunk, what="a row with lr 0.25, lam 2")
    ensure(
        not shares_memory(student.l1_prox(matrix, 0.5, 0.0), matrix),
        "With lam 0 the result is the tensor that was passed in: return a new one.",
    )


@check(points=1, hint="A weight that stays within the threshold of zero has to be exactly zero, step after step.")
def test_l1_makes_zeros(student, tensors):
    """a lasso problem: useless features end at exactly zero, useful ones a little short"""
    # With orthonormal features the solution is known: the soft threshold of the coefficients that made y.
    X = torch.linalg.qr(tensors((12, 6))).Q.contiguous()
    coefficients = torch.tensor([3.0, -2.0, 0.2, -0.1, 0.0, 0.15], dtype=X.dtype)
    expected = torch.tensor([2.5, -1.5, 0.0, 0.0, 0.0, 0.0], dtype=X.dtype)
    found = student.kit.lasso(student.l1_prox, X, X @ coefficients, 0.5, 0.5, 60)
    close(found, expected, what="the weights after 60 steps")
    ensure(
        bool((found[2:] == 0).all()),
        "The weights of the useless features are tiny, but not zero: inside the threshold the result is exactly 0.",
    )


@check(points=1.5, dtypes=BOTH, hint="How long is each row before and after, and which rows should not notice at all?")
def test_norm_limit(agree, tensors, student):
    """long rows end at the limit, short rows and rows of zeros stay, for several shapes"""
    scales = torch.tensor([5.0, 0.1, 0.0, 2.0, 0.7])
    unit = tensors((5, 3)) + 3.0  # no row near zero, so that the lengths are what the scales say
    rows = scales.to(unit.dtype)[:, None] * unit / unit.norm(dim=1, keepdim=True)
    expected = scales.to(unit.dtype).clamp(max=1.5)[:, None] * unit / unit.norm(dim=1, keepdim=True)
    wide = (3 * tensors((7, 2))).T  # not contiguous

    def limited(m):
        return {
            "five rows, limit 1.5": m.max_norm(rows, 1.5),
            "one row, limit 1.5": m.max_norm(rows[:1].clone(), 1.5),
            "two wide rows, limit 2": m.max_norm(wide, 2.0),
            "five rows, limit 10": m.max_norm(rows, 10.0),
            "five rows, limit 0.75": m.max_norm(rows, 0.75),
        }

    agree(limited)
    close(student.max_norm(rows, 1.5), expected, what="five rows, limit 1.5")
    ensure(
        not shares_memory(student.max_norm(rows, 10.0), rows),
        "When no row is too long, the result is the tensor that was passed in: return a new one.",
    )


@check(points=0.5, hint="Which settings may be zero, which may not, and when is a list too short?")
def test_bad_input(agree, rejects, tensors):
    """settings outside their limits and lists of different lengths raise ValueError; zero is fine where it is allowed"""
    p, q, g = tensors((3,), n=3)
    rejects(lambda m: m.l2_penalty([p], -0.1), what="a negative lam in l2_penalty")
    rejects(lambda m: m.add_l2_grad([p], [g], -0.1), what="a negative lam in add_l2_grad")
    rejects(lambda m: m.add_l2_grad([p, q], [g], 0.1), what="two parameters and one gradient")
    rejects(lambda m: m.add_l2_grad([p], [g, g], 0.1), what="one parameter and two gradients")
    rejects(lambda m: m.l1_prox(p, -0.1, 0.5), what="a negative lr in l1_prox")
    rejects(lambda m: m.l1_prox(p, 0.1, -0.5), what="a negative lam in l1_prox")
    for limit in (0.0, -1.0):
        rejects(lambda m, limit=limit: m.max_norm(p[None], limit), what=f"limit={limit}")
    agree(lambda m: {"weights with lr 0": m.l1_prox(p, 0.0, 0.5), "weights with lam 0": m.l1_prox(p, 0.5, 0.0)})
