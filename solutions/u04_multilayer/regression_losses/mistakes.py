"""Wrong and also-right programs of regression_losses, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "broadcasts_silently",
        "Print the shape of the residual: it is n by n, every prediction compared with every target.",
        swap=(
            "    if pred.shape != target.shape:\n"
            '        raise ValueError(f"pred has shape {tuple(pred.shape)}, target {tuple(target.shape)}")\n',
            "",
        ),
        caught_by="test_shape_trap",
    ),
    mistake(
        "counts_compared",
        "A column and a row have equally many entries and still don't belong together: compare shapes, not lengths or counts.",
        swap=("if pred.shape != target.shape:", "if pred.numel() != target.numel():"),
        caught_by="test_shape_trap",
    ),
    mistake(
        "half_squared_error",
        "PyTorch's squared error has no half in front.",
        swap=("return r.square().mean(), 2 * r / r.numel()", "return r.square().mean() / 2, r / r.numel()"),
        caught_by="test_mse_values",
    ),
    mistake(
        "gradient_factor_missing",
        "What happens to the exponent when you differentiate a square?",
        swap=("2 * r / r.numel()", "r / r.numel()"),
        caught_by="test_mse_values",
    ),
    mistake(
        "summed_not_averaged",
        "Twice as many rows should not cost twice as much: the loss is a mean, and so is its gradient.",
        swaps=[
            ("return r.square().mean(), 2 * r / r.numel()", "return r.square().sum(), 2 * r"),
            ("return r.abs().mean(), r.sign() / r.numel()", "return r.abs().sum(), r.sign()"),
            ("return cost.mean(), r.clamp(-delta, delta) / r.numel()", "return cost.sum(), r.clamp(-delta, delta)"),
        ],
        caught_by="test_mse_values",
    ),
    mistake(
        "divided_by_rows",
        "With several columns there are more entries than rows. Over how many numbers does the mean go?",
        swaps=[
            ("2 * r / r.numel()", "2 * r / (len(r) if r.dim() else 1)"),
            ("r.sign() / r.numel()", "r.sign() / (len(r) if r.dim() else 1)"),
            ("r.clamp(-delta, delta) / r.numel()", "r.clamp(-delta, delta) / (len(r) if r.dim() else 1)"),
        ],
        caught_by="test_mae_values",
    ),
    mistake(
        "slope_at_zero_residual",
        "A perfect prediction should receive no push, to neither side.",
        swap=("r.sign() / r.numel()", "torch.where(r >= 0, 1.0, -1.0).to(r) / r.numel()"),
        caught_by="test_mae_values",
    ),
    mistake(
        "linear_part_not_joined",
        "The two pieces should meet at the joint; yours jump there.",
        swap=("delta * (size - delta / 2)", "delta * size"),
        caught_by="test_huber_values",
    ),
    mistake(
        "smooth_l1_scaling",
        "Two similar losses differ by a factor; compare them for a threshold other than one.",
        swap=(
            "return cost.mean(), r.clamp(-delta, delta) / r.numel()",
            "return cost.mean() / delta, r.clamp(-delta, delta) / delta / r.numel()",
        ),
        caught_by="test_huber_values",
    ),
    mistake(
        "slope_not_limited",
        "Far away the cost is a straight line: how fast does your gradient grow there?",
        swap=("r.clamp(-delta, delta) / r.numel()", "r / r.numel()"),
        caught_by="test_huber_values",
    ),
    mistake(
        "delta_ignored",
        "The joint is always at 1, whatever delta says.",
        swap=("    size = r.abs()\n", "    size = r.abs()\n    delta = 1.0\n"),
        caught_by="test_huber_values",
    ),
    mistake(
        "r2_arguments_swapped",
        "The spread in the denominator is that of the truth, not that of your predictions.",
        swaps=[
            ("(target - target.mean()).square()", "(pred - pred.mean()).square()"),
            ("if target.max() == target.min():", "if pred.max() == pred.min():"),
        ],
        caught_by="test_r2_values",
    ),
    mistake(
        "r2_mean_of_predictions",
        "The baseline always predicts the mean of the targets; yours uses another mean.",
        swap=("(target - target.mean())", "(target - pred.mean())"),
        caught_by="test_r2_values",
    ),
    mistake(
        "r2_without_one_minus",
        "Perfect predictions should score 1, and those that are as bad as the mean 0; yours have it the other way round.",
        swap=("return 1 - r.square().sum() /", "return r.square().sum() /"),
        caught_by="test_r2_values",
    ),
    mistake(
        "r2_divides_by_zero",
        "When all targets are equal the denominator is zero. What is due then?",
        swap=(
            "    if target.max() == target.min():  # the computed sum of squares of 0.1, 0.1, 0.1 is not exactly zero\n"
            "        return (r == 0).all().to(r.dtype)\n",
            "",
        ),
        caught_by="test_r2_constant_target",
    ),
    mistake(
        "r2_rounded_zero_test",
        "The squared deviations of 0.1, 0.1, 0.1 add up to a tiny number, not to zero. How else can you tell that all are equal?",
        swap=("if target.max() == target.min():", "if (target - target.mean()).square().sum() == 0:"),
        caught_by="test_r2_constant_target",
    ),
    mistake(
        "r2_constant_always_zero",
        "Constant targets can be predicted exactly, and that deserves a 1.",
        swap=("return (r == 0).all().to(r.dtype)", "return r.new_zeros(())"),
        caught_by="test_r2_constant_target",
    ),
    mistake(
        "zero_delta_accepted",
        "With delta = 0 every residual would cost nothing: is that a loss?",
        swap=("if delta <= 0:", "if delta < 0:"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "sums_and_masks",
        source="""
import torch
from torch import Tensor


def same(pred, target):
    if list(pred.size()) != list(target.size()):
        raise ValueError("shapes differ")
    n = 1
    for length in pred.shape:
        n *= length
    return n


def mse(pred: Tensor, target: Tensor):
    n = same(pred, target)
    a, b = pred.reshape(-1), target.reshape(-1)
    return torch.dot(a - b, a - b) / n, (pred - target) * (2.0 / n)


def mae(pred: Tensor, target: Tensor):
    n = same(pred, target)
    above, below = (pred > target).to(pred.dtype), (pred < target).to(pred.dtype)
    return ((pred - target) * (above - below)).sum() / n, (above - below) / n


def huber(pred: Tensor, target: Tensor, delta: float = 1.0):
    n = same(pred, target)
    if not delta > 0:
        raise ValueError("delta")
    r = pred - target
    near = r.abs() < delta
    grad = near * r + (r >= delta) * delta - (r <= -delta) * delta
    near_size = torch.minimum(r.abs(), torch.full_like(r, delta))
    loss = (near_size * (r.abs() - near_size / 2)).sum() / n
    return loss, grad / n


def r2_score(pred: Tensor, target: Tensor):
    n = same(pred, target)
    p, t = pred.flatten(), target.flatten()
    if bool((t == t[0]).all()):
        return torch.tensor(float(torch.equal(p, t)), dtype=pred.dtype, device=pred.device)
    spread = torch.linalg.vector_norm(t - t.sum() / n) ** 2
    return (spread - torch.linalg.vector_norm(p - t) ** 2) / spread
""",
    ),
    correct(
        "one_rule_for_all",
        source="""
from functools import partial

import torch


def _loss(pred, target, cost_and_slope):
    if pred.shape != target.shape:
        raise ValueError("shape")
    cost, slope = cost_and_slope(pred.sub(target))
    return torch.mean(cost), slope.div(pred.numel())


def _mae(r):
    return torch.maximum(r, -r), torch.sgn(r)


def _huber(r, delta):
    cost, slope = r * r / 2, r.clone()
    far = r.abs() > delta
    cost[far] = delta * r[far].abs() - delta**2 / 2
    slope[far] = delta * r[far].sign()
    return cost, slope


def mse(pred, target):
    return _loss(pred, target, lambda r: (r**2, 2 * r))


def mae(pred, target):
    return _loss(pred, target, _mae)


def huber(pred, target, delta=1.0):
    if delta <= 0.0:
        raise ValueError("delta")
    return _loss(pred, target, partial(_huber, delta=delta))


def r2_score(pred, target):
    error, _ = mse(pred, target)
    low, high = torch.aminmax(target)
    if low == high:
        return torch.ones_like(error) if (pred == target).all() else torch.zeros_like(error)
    return 1 - error / target.var(correction=0)
""",
    ),
]


def probe(m):
    """Five predictions and targets, a table of them, (5, 1) against (5,), and constant targets.

    Losses and gradients one by one: a program that is wrong in one of them agrees with a mistake in that one.
    """
    pred = torch.tensor([1.0, 2.0, 3.0, 7.0, -1.0], dtype=torch.float64)
    target = torch.tensor([1.0, 2.5, 5.0, 0.0, 0.0], dtype=torch.float64)
    table, truth = pred[[0, 1, 2, 3, 4, 4]].reshape(3, 2), target[[1, 0, 2, 3, 4, 2]].reshape(3, 2)
    single = torch.tensor([2.0], dtype=torch.float64)
    tenths = torch.full((7,), 0.7, dtype=torch.float64), torch.full((6,), 0.1, dtype=torch.float64)

    def part(name, index, p=pred, t=target, **settings):
        return lambda: getattr(m, name)(p, t, **settings)[index]

    items = {}
    for index, what in enumerate(("loss", "gradient")):
        items[f"mse, {what}"] = part("mse", index)
        items[f"mae, {what}"] = part("mae", index)
        items[f"huber, {what}"] = part("huber", index, delta=1.5)
        items[f"huber, delta 1, {what}"] = part("huber", index)
        for name in ("mse", "mae", "huber"):
            items[f"{name} of a table, {what}"] = part(name, index, table, truth)
    for name in ("mse", "mae", "huber"):
        items[f"{name}, (5, 1) and (5,)"] = part(name, 0, pred[:, None])
        items[f"{name}, (5,) and (3,)"] = part(name, 0, pred, target[:3])
    return {
        **items,
        "r2": lambda: m.r2_score(pred, target),
        "r2, (5, 1) and (5,)": lambda: m.r2_score(pred[:, None], target),
        "r2, one exact value": lambda: m.r2_score(single, single.clone()),
        "r2, one value": lambda: m.r2_score(single + 1, single),
        "r2, tenths": lambda: [float(m.r2_score(t + 0.5, t)) == 0 for t in tenths],
        "delta 0": lambda: m.huber(pred, target, delta=0.0)[0],
    }
