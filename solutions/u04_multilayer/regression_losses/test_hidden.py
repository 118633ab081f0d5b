"""Hidden checks of regression_losses. The truth is torch.nn.functional with autograd, run here."""

import torch
import torch.nn.functional as F

from grader.checks import check, close

BOTH = ("float64", "float32")


def draw_pairs(tensors):
    """Predictions and targets of several shapes; some residuals are exactly zero, some are large."""
    pairs = {}
    for shape in ((), (1,), (6,), (4, 1), (2, 3, 2)):
        pairs[f"shape {shape}"] = tensors(shape), tensors(shape, scale=2.0)
    pred, target = tensors((3, 5)).T, tensors((3, 5)).T  # not contiguous
    target[1:3] = pred[1:3]
    pairs["shape (5, 3), two rows exact"] = pred, target
    pairs["all exact"] = pred, pred.clone()
    return pairs


def by_autograd(loss, pred, target):
    """(loss, gradient towards pred), as torch finds them."""
    leaf = pred.clone().requires_grad_()
    value = loss(leaf, target)
    return value.detach(), torch.autograd.grad(value, leaf)[0]


def all_four(m, pred, target):
    """Every function on one pair, as calls still to be made."""
    return {
        "mse": lambda: m.mse(pred, target),
        "mae": lambda: m.mae(pred, target),
        "huber": lambda: m.huber(pred, target, delta=0.7),
        "r2_score": lambda: m.r2_score(pred, target),
    }


@check(points=2, dtypes=BOTH, hint="Double all predictions and targets: by which factor should loss and gradient grow?")
def test_mse_values(agree, tensors, student):
    """mean squared error and gradient for several shapes"""
    pairs = draw_pairs(tensors)

    def losses(m):
        return {f"(loss, gradient), {name}": m.mse(*pair) for name, pair in pairs.items()}

    agree(losses)
    close(
        losses(student), {f"(loss, gradient), {name}": by_autograd(F.mse_loss, *pair) for name, pair in pairs.items()}
    )


@check(points=1.5, dtypes=BOTH, hint="What is the slope of |r| for r = 2, for r = -0.1, and for r = 0?")
def test_mae_values(agree, tensors, student):
    """mean absolute error and gradient for several shapes, with exact predictions among them"""
    pairs = draw_pairs(tensors)

    def losses(m):
        return {f"(loss, gradient), {name}": m.mae(*pair) for name, pair in pairs.items()}

    agree(losses)
    close(losses(student), {f"(loss, gradient), {name}": by_autograd(F.l1_loss, *pair) for name, pair in pairs.items()})


@check(
    points=2.5,
    dtypes=BOTH,
    hint="Sketch cost and slope for a delta of 0.5 and of 1.5: where do the pieces meet, and how high?",
)
def test_huber_values(agree, tensors, student):
    """Huber loss and gradient for several deltas and shapes, and exactly at the joint"""
    pairs = draw_pairs(tensors)
    steps = torch.tensor([-3.0, -1.5, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 4.0]).to(pairs["shape (6,)"][0])
    pairs["residuals at the joints"] = steps, torch.zeros_like(steps)

    def losses(m):
        found = {f"(loss, gradient), {name}": m.huber(*pair) for name, pair in pairs.items()}
        for delta in (0.5, 1.5):
            for name, pair in pairs.items():
                found[f"(loss, gradient), delta {delta}, {name}"] = m.huber(*pair, delta=delta)
        return found

    agree(losses)
    expected = {}
    for delta in (1.0, 0.5, 1.5):
        for name, pair in pairs.items():
            key = f"(loss, gradient), {name}" if delta == 1.0 else f"(loss, gradient), delta {delta}, {name}"
            expected[key] = by_autograd(lambda p, t, d=delta: F.huber_loss(p, t, delta=d), *pair)
    close(losses(student), expected)


@check(
    points=1.5,
    dtypes=BOTH,
    hint="Whose mean does the simplest competitor predict, and whose spread is in the denominator?",
)
def test_r2_values(agree, tensors, student):
    """R² of good and of bad predictions, for several shapes, and for tiny numbers"""
    target = tensors((8,))
    target[:2] = torch.tensor([-1.5, 1.5])  # so that the targets are never nearly constant
    pairs = {
        "good": (target + tensors((8,), scale=0.1), target),
        "biased": (0.5 * target + 3.0, target),
        "unrelated": (tensors((8,)) - 1.0, target),
        "exact": (target.clone(), target),
        "the mean": (target.mean().expand(8).clone(), target),
        "two axes": (tensors((2, 4)).T, target.reshape(2, 4).T),
        "a column": (tensors((8, 1)), target[:, None].clone()),
        "tiny numbers": (1e-9 * tensors((8,)), 1e-9 * target),  # close together, but not all equal
    }

    def scores(m):
        return {f"R², {name}": m.r2_score(*pair) for name, pair in pairs.items()}

    agree(scores)
    expected = {
        f"R², {name}": 1 - F.mse_loss(pred, truth) / truth.var(correction=0) for name, (pred, truth) in pairs.items()
    }
    close(scores(student), expected)


@check(
    points=0.5,
    dtypes=BOTH,
    hint="How do you find out that all targets are equal, and which of two answers is due then?",
)
def test_r2_constant_target(agree, tensors):
    """constant targets, also such as have no exact binary form, and a single target"""
    noise, pairs = tensors((13,)), {}
    for value in (0.1, 0.7, 1.1, 3.0, 0.0):
        for n in (1, 3, 6, 7, 13):
            target = torch.full((n,), value, dtype=noise.dtype)
            off = target.clone()
            off[-1] += 0.5
            pairs[f"{n} x {value}, exact"] = target.clone(), target
            pairs[f"{n} x {value}, one off"] = off, target
    three = torch.full((4,), 3.0, dtype=noise.dtype)
    pairs["4 x 3, all off by a little"] = three + 1e-5, three
    pairs["4 x 3, all off"] = noise[:4] + 10.0, torch.full((4,), 3.0, dtype=noise.dtype)
    agree(lambda m: {f"R², {name}": m.r2_score(*pair) for name, pair in pairs.items()})


@check(points=1.5, hint="Print the shape of the residual of a column and a vector.")
def test_shape_trap(rejects, tensors):
    """shapes that fit only by broadcasting raise ValueError in all four functions"""
    for shape, other in (((4, 1), (4,)), ((4,), (4, 1)), ((1, 4), (4,)), ((4,), ()), ((3, 1), (1, 3)), ((1,), (4,))):
        pred, target = tensors(shape), tensors(other)
        for name in ("mse", "mae", "huber", "r2_score"):
            rejects(
                lambda m, name=name, pred=pred, target=target: all_four(m, pred, target)[name](),
                what=f"shapes {shape} and {other} in {name}",
            )


@check(points=0.5, hint="Which deltas make no sense, and which shapes have nothing in common?")
def test_bad_input(rejects, tensors):
    """a delta that is not above 0, and shapes that don't fit at all, raise ValueError"""
    pred, target = tensors((5,), n=2)
    for delta in (0.0, -1.0):
        rejects(lambda m, delta=delta: m.huber(pred, target, delta=delta), what=f"delta={delta}")
    for name in ("mse", "mae", "huber", "r2_score"):
        rejects(lambda m, name=name: all_four(m, pred, target[:3])[name](), what=f"5 predictions, 3 targets in {name}")
