"""The bank of wrong answers of gd_variants."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from grader.checks import correct, mistake, on_cpu

MISTAKES = [
    mistake(
        "sum_not_mean",
        "Your step grows with the batch size; the loss is a mean over the rows of the batch.",
        swap=("(torch.sigmoid(X @ w + b) - y) / len(y)", "torch.sigmoid(X @ w + b) - y"),
        caught_by="test_full_batch",
    ),
    mistake(
        "divides_by_dataset_size",
        "A mini-batch gradient estimates the full gradient, so it has to be of the same size, not a fraction of it.",
        swap=(
            "dw, db = mean_gradient(X[rows], y[rows], w, b)",
            "dw, db = (g * len(rows) / n for g in mean_gradient(X[rows], y[rows], w, b))",
        ),
        caught_by="test_mini_batch",
    ),
    mistake(
        "divides_by_nominal_batch",
        "How many rows are really in the last batch?",
        swap=(
            "dw, db = mean_gradient(X[rows], y[rows], w, b)",
            "dw, db = (g * len(rows) / size for g in mean_gradient(X[rows], y[rows], w, b))",
        ),
        caught_by="test_short_last_batch",
    ),
    mistake(
        "first_permutation_only",
        "Each epoch brings its own order; yours repeats the first one.",
        swap=("perms[epoch]", "perms[0]"),
        caught_by="test_mini_batch",
    ),
    mistake(
        "ignores_permutations",
        "Try rows sorted by class: does your second run see them in another order?",
        swap=("torch.arange(n) if perms is None else perms[epoch]", "torch.arange(n)"),
        caught_by="test_mini_batch",
    ),
    mistake(
        "stale_gradients",
        "The second batch should already profit from the first update; yours still looks at where the epoch began.",
        swaps=[
            (
                "        for start in range(0, n, size):\n",
                "        w_old, b_old = w.clone(), b.clone()\n        for start in range(0, n, size):\n",
            ),
            ("mean_gradient(X[rows], y[rows], w, b)", "mean_gradient(X[rows], y[rows], w_old, b_old)"),
        ],
        caught_by="test_mini_batch",
    ),
    mistake(
        "history_from_running_batches",
        "The history asks for the loss over all rows with the weights after the epoch, not for batch losses met on the way.",
        swaps=[
            (
                "        for start in range(0, n, size):\n",
                "        met = []\n        for start in range(0, n, size):\n",
            ),
            (
                "            dw, db = mean_gradient(X[rows], y[rows], w, b)\n",
                "            met.append(mean_loss(X[rows], y[rows], w, b).item())\n"
                "            dw, db = mean_gradient(X[rows], y[rows], w, b)\n",
            ),
            ("        history.append(mean_loss(X, y, w, b).item())\n", "        history.append(sum(met) / len(met))\n"),
        ],
        caught_by="test_history_definition",
    ),
    mistake(
        "bias_never_updated",
        "Two parameters, and one of them is standing still.",
        swap=("            b -= lr * db\n", ""),
        caught_by="test_full_batch",
    ),
    mistake(
        "skips_short_batch",
        "Some rows never influence the weights: follow the last slice of an epoch.",
        swap=(
            "            dw, db = mean_gradient(X[rows], y[rows], w, b)\n",
            "            if len(rows) < size:\n"
            "                continue\n"
            "            dw, db = mean_gradient(X[rows], y[rows], w, b)\n",
        ),
        caught_by="test_short_last_batch",
    ),
    mistake(
        "unused_permutations_accepted",
        "More orders than epochs can't be what the caller meant; the two numbers have to be equal.",
        swap=("len(perms) != epochs", "len(perms) < epochs"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "one_column_more",
        source='''
from typing import NamedTuple

import torch
from torch import Tensor


class FitResult(NamedTuple):
    w: Tensor
    b: Tensor
    history: list[float]
    updates: int


def train_logreg(X, y, w0, b0, lr, epochs, batch_size=None, perms=None):
    """The bias is the weight of a column of ones, the signs of the labels replace the labels, split cuts the order."""
    if lr < 0 or epochs < 1 or (batch_size is not None and batch_size < 1):
        raise ValueError("lr, epochs or batch_size out of range")
    if X.shape[0] != y.shape[0] or (perms is not None and len(perms) != epochs):
        raise ValueError("lengths don't fit")
    rows = torch.cat([X, torch.ones_like(X[:, :1])], dim=1)
    signs = 1 - 2 * y
    theta = torch.cat([w0, b0.reshape(1)])

    def loss():
        margins = signs * (rows @ theta)
        return float(torch.logaddexp(margins, torch.zeros_like(margins)).mean())

    history, updates = [loss()], 0
    for epoch in range(epochs):
        order = torch.arange(len(y)) if perms is None else perms[epoch]
        for batch in order.to(X.device).split(batch_size or len(y)):
            part = rows[batch] * signs[batch, None]
            theta = theta - lr * (part * torch.sigmoid(part @ theta)[:, None]).mean(0)
            updates += 1
        history += [loss()]
    return FitResult(theta[:-1].clone(), theta[-1].clone(), history, updates)
''',
    ),
    correct(
        "reorders_the_data",
        source='''
import math
from typing import NamedTuple

import torch
from torch import Tensor


class FitResult(NamedTuple):
    w: Tensor
    b: Tensor
    history: list[float]
    updates: int


def loss_and_slope(X, y, w, b):
    scores = (X * w).sum(dim=1) + b
    small = torch.exp(-scores.abs())
    loss = torch.maximum(scores, torch.zeros_like(scores)) - scores * y + torch.log(1 + small)
    p = torch.where(scores >= 0, 1 / (1 + small), small / (1 + small))
    return loss.mean().item(), p - y


def train_logreg(X, y, w0, b0, lr, epochs, batch_size=None, perms=None):
    """Reorders the data once per epoch, cuts views from it, writes the sigmoid out and averages outer products."""
    n = X.size(0)
    fine = lr >= 0 and epochs >= 1 and y.size(0) == n
    fine = fine and (batch_size is None or batch_size >= 1) and (perms is None or len(perms) == epochs)
    if not fine:
        raise ValueError("these settings do not go together")
    size = min(batch_size or n, n)
    count = math.ceil(n / size)
    w, b, history = w0, b0, []
    for epoch in range(epochs):
        history.append(loss_and_slope(X, y, w, b)[0])
        Xe, ye = (X, y) if perms is None else (X[perms[epoch].to(X.device)], y[perms[epoch].to(X.device)])
        for k in range(count):
            xs, ys = Xe[k * size : k * size + size], ye[k * size : k * size + size]
            slope = loss_and_slope(xs, ys, w, b)[1]
            w, b = w - lr * (slope[:, None] * xs).mean(dim=0), b - lr * slope.mean()
    history.append(loss_and_slope(X, y, w, b)[0])
    return FitResult(w=w, b=b, history=history, updates=epochs * count)
''',
    ),
]


def problem():
    """Ten rows, three epochs of orders: X, y, w0, b0, perms."""
    g = torch.Generator().manual_seed(0)
    X, w0 = torch.randn(10, 3, generator=g, dtype=torch.float64), torch.randn(3, generator=g, dtype=torch.float64)
    y = torch.tensor([1.0, 0, 1, 1, 0, 1, 0, 0, 1, 1], dtype=torch.float64)
    perms = [on_cpu(torch.randperm(10, generator=g)) for _ in range(3)]
    return X, y, w0, torch.tensor(0.3, dtype=torch.float64), perms


def probe(m):
    """Weights of the three variants, and what the history says about them.

    Of the history only properties are recorded: batch losses can be averaged in more than one way.
    """
    X, y, w0, b0, perms = problem()

    def fit(batch_size, perms=perms):
        return m.train_logreg(X, y, w0, b0, 0.5, 3, batch_size=batch_size, perms=perms)

    def weights(fitted):
        return [fitted.w, fitted.b]

    def entry(index, batch_size, at_start):
        fitted = fit(batch_size)
        w, b = (w0, b0) if at_start else (fitted.w, fitted.b)
        return abs(fitted.history[index] - binary_cross_entropy_with_logits(X @ w + b, y).item()) < 1e-9

    return {
        "full batch": lambda: weights(fit(None, None)),
        "mini-batch": lambda: weights(fit(4)),
        "stochastic": lambda: weights(fit(1)),
        "updates": lambda: [fit(size).updates for size in (None, 4, 1)],
        "history length": lambda: [len(fit(size).history) for size in (None, 4, 1)],
        "history starts before training": lambda: [entry(0, size, True) for size in (None, 4, 1)],
        "history ends at the last weights": lambda: [entry(-1, size, False) for size in (None, 4, 1)],
        "too many orders": lambda: fit(4, [*perms, perms[0]]).updates,
    }
