"""Known wrong answers to logreg_gradient with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

LOSSES = "z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))"
FROM_P = "-y * torch.log(p) - (1 - y) * torch.log(1 - p)"
TOO_LATE = "When the sigmoid rounds to exactly 0 or 1 its logarithm is gone; rewrite the loss in terms of the score."

MISTAKES = [
    mistake(
        "naive_log",
        TOO_LATE,
        swap=("    losses = " + LOSSES, "    p = sigmoid(z)\n    losses = " + FROM_P),
        caught_by="test_loss_extremes",
    ),
    mistake(
        "clamped_log",
        "Your loss stops growing for very wrong answers; a score of 900 should cost 900.",
        swap=("    losses = " + LOSSES, "    p = sigmoid(z).clamp(1e-7, 1 - 1e-7)\n    losses = " + FROM_P),
        caught_by="test_loss_extremes",
    ),
    mistake(
        "exp_ratio_overflow",
        "Which of the two exponentials overflows for a large positive score?",
        swap=("1 / (1 + torch.exp(-z))", "torch.exp(z) / (1 + torch.exp(z))"),
        caught_by="test_sigmoid_extremes",
    ),
    mistake(
        "gradient_not_averaged",
        "Loss and gradient must belong together: one is averaged over the batch, the other is not.",
        swap=("(p - y) / len(y)", "p - y"),
        caught_by="test_graph_nodes",
    ),
    mistake(
        "extra_sigmoid_slope",
        "With this loss the sigmoid's slope cancels; work the chain rule through once on paper.",
        swap=("(p - y) / len(y)", "(p - y) * p * (1 - p) / len(y)"),
        caught_by="test_graph_nodes",
    ),
    mistake(
        "sign_flipped",
        "If the prediction is too high the gradient of the score should be positive.",
        swap=("(p - y) / len(y)", "(y - p) / len(y)"),
        caught_by="test_graph_nodes",
    ),
    mistake(
        "loss_summed",
        "Doubling the data by repeating it should not change the loss.",
        swap=("losses.mean()", "losses.sum()"),
        caught_by="test_loss_values",
    ),
    mistake(
        "bias_gradient_averaged_twice",
        "dz already carries the division by the number of rows.",
        swap=("dz.sum()", "dz.mean()"),
        caught_by="test_gradients",
    ),
    mistake(
        "graph_takes_log_of_p",
        TOO_LATE,
        swap=("loss = bce_with_logits(z, y)", "loss = (" + FROM_P + ").mean()"),
        caught_by="test_loss_extremes",
    ),
    mistake(
        "sigmoid_of_minus_z",
        "A large score should give a probability near 1.",
        swap=("torch.exp(-z))", "torch.exp(z))"),
        caught_by="test_sigmoid_values",
    ),
    mistake(
        "exponent_without_size",
        "The exponential must never see a large positive number, whichever sign the score has.",
        swap=("torch.exp(-z.abs())", "torch.exp(-z)"),
        caught_by="test_loss_values",
    ),
    mistake(
        "labels_made_hard",
        "A label may also be 0.7: the loss then counts both answers.",
        swap=(LOSSES, "z.clamp(min=0) - z * y.round() + torch.log1p(torch.exp(-z.abs()))"),
        caught_by="test_loss_values",
    ),
    mistake(
        "averages_one_axis",
        "The mean goes over all entries, however many axes there are.",
        swap=("losses.mean()", "losses.mean(0)"),
        caught_by="test_loss_values",
    ),
    mistake(
        "shapes_broadcast",
        "Scores in a row and labels in a column make a table: compare the shapes first.",
        swap=("    if z.shape != y.shape:\n", "    if z.numel() != y.numel() and 1 not in (z.numel(), y.numel()):\n"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "two_branches",
        source='''
import torch
from torch import Tensor


def sigmoid(z: Tensor) -> Tensor:
    """Each sign with the exponential that cannot overflow."""
    small = torch.exp(-torch.abs(z))
    return torch.where(z >= 0, 1 / (1 + small), small / (1 + small))


def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    """Label 1 costs log(1 + e^-z), label 0 costs log(1 + e^z)."""
    if z.size() != y.size():
        raise ValueError("shapes")
    zero = torch.zeros_like(z)
    return torch.mean(y * torch.logaddexp(zero, -z) + (1 - y) * torch.logaddexp(zero, z))


def logreg_forward_backward(X, y, w, b):
    nodes = {"z": torch.mv(X, w) + b}
    nodes["p"] = sigmoid(nodes["z"])
    nodes["loss"] = bce_with_logits(nodes["z"], y)
    error = nodes["p"] - y
    nodes["dz"] = error / error.numel()
    nodes["dw"] = torch.einsum("nd,n->d", X, nodes["dz"])
    nodes["db"] = error.mean()
    return nodes
''',
    ),
    correct(
        "tanh",
        source='''
import torch
from torch import Tensor


def sigmoid(z):
    return (torch.tanh(z / 2) + 1) / 2


def bce_with_logits(z, y):
    if list(z.shape) != list(y.shape):
        raise ValueError("shapes")
    loss = torch.relu(z) - y * z
    loss += (1 + torch.exp(-torch.maximum(z, -z))).log()
    return loss.sum() / max(loss.numel(), 1)


def logreg_forward_backward(X, y, w, b):
    """The bias as the weight of one more column."""
    rows = torch.cat([X, torch.ones_like(X[:, :1])], 1)
    z = (rows * torch.cat([w, b.reshape(1)])).sum(1)
    p = sigmoid(z)
    dz = (p - y) * (1 / len(X))
    both = dz @ rows
    return {"z": z, "p": p, "loss": bce_with_logits(z, y), "dz": dz, "dw": both[:-1], "db": both[-1]}
''',
    ),
    correct(
        "row_by_row",
        swaps=[
            (LOSSES, "torch.where(z > 0, z * (1 - y), -z * y) + torch.log(1 + torch.exp(-z.abs()))"),
            (
                "    dw = X.T @ dz\n    db = dz.sum()\n",
                "    dw, db = torch.zeros_like(w), torch.zeros_like(b)\n"
                "    for x, d in zip(X, dz):\n        dw += d * x\n        db += d\n",
            ),
        ],
    ),
]


def probe(m):
    """Moderate scores, scores of 900 (some by what they show, not by their numbers), and a 6 x 3 problem."""
    start = torch.Generator().manual_seed(301)
    X, w = torch.randn(6, 3, generator=start, dtype=torch.float64), torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64)
    y = torch.tensor([1.0, 0.0, 0.3, 1.0, 0.0, 0.8], dtype=torch.float64)
    z = torch.tensor([-3.0, -0.5, 0.0, 2.0, 4.0], dtype=torch.float64)
    labels = torch.tensor([1.0, 1.0, 0.0, 1.0, 0.0], dtype=torch.float64)
    far = torch.tensor([-900.0, -30.0, 0.0, 5.0, 900.0], dtype=torch.float64)
    b = torch.tensor(0.25, dtype=torch.float64)
    one = torch.ones(1, dtype=torch.float64)

    def seen(loss_at):
        """However the loss is spoiled there: is it finite, and does it still grow?"""
        costs = [float(loss_at(size * one)) for size in (800.0, 900.0)]
        return {"finite": costs[0] < 1e300 and costs[1] < 1e300, "grows": costs[1] > 1.1 * costs[0]}

    def inside_the_graph(z):
        return m.logreg_forward_backward(z[:, None], 0 * one, one, 0 * one[0])["loss"]

    return {
        "sigmoid": lambda: m.sigmoid(z),
        "sigmoid far out": lambda: m.sigmoid(far),
        "loss": lambda: m.bce_with_logits(z, labels),
        "loss with soft labels": lambda: m.bce_with_logits(X[:, 0], y),
        "loss of a table": lambda: m.bce_with_logits(X, X.abs() / 4),
        "missed by far": lambda: seen(lambda size: m.bce_with_logits(-size, one)),
        "alarm by far": lambda: seen(lambda size: m.bce_with_logits(size, 0 * one)),
        "right by far": lambda: m.bce_with_logits(torch.stack([far[0], far[4]]), labels[2:4]),
        "graph": lambda: m.logreg_forward_backward(X, y, w, b),
        "graph far out": lambda: seen(inside_the_graph),
        "a row and a column": lambda: m.bce_with_logits(z, labels[:, None]),
    }
