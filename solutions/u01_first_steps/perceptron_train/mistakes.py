"""Known wrong answers to perceptron_train with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "ge_threshold",
        "Look at what your unit answers when the weighted sum is exactly zero.",
        swap=("X @ w + b > 0", "X @ w + b >= 0"),
        caught_by="test_predict_values",
    ),
    mistake(
        "epoch_frozen_weights",
        "The second example must already see the weights that the first one changed.",
        swaps=[
            ("        count = 0\n", "        count = 0\n        frozen = perceptron_predict(X, w, b)\n"),
            ("p = perceptron_predict(X[i : i + 1], w, b)[0]", "p = frozen[i]"),
        ],
        caught_by="test_epoch_trace",
    ),
    mistake(
        "sign_flipped",
        "After a missed positive example the score of that example should rise; yours falls.",
        swap=("e = int(y[i] - p)", "e = int(p - y[i])"),
        caught_by="test_first_updates",
    ),
    mistake(
        "labels_plus_minus",
        "With labels 0 and 1 the error is never larger than one in size.",
        swap=("e = int(y[i] - p)", "e = int((2 * y[i] - 1) - (2 * p - 1))"),
        caught_by="test_first_updates",
    ),
    mistake(
        "bias_never_updated",
        "Your boundary can turn, but can it move away from the origin?",
        swap=("            b += lr * e\n", ""),
        caught_by="test_first_updates",
    ),
    mistake(
        "lr_on_weights_only",
        "Weights and bias should take steps of the same relative size: where does the learning rate stand in each?",
        swap=("b += lr * e", "b += e"),
        caught_by="test_first_updates",
    ),
    mistake(
        "no_early_stop",
        "Once a full pass makes no error, nothing will ever change again.",
        swap=("            break\n", "            pass\n"),
        caught_by="test_early_stop",
    ),
    mistake(
        "stops_before_recording",
        "The error list should end with the count that ended the training.",
        swaps=[
            ("        errors.append(count)\n", ""),
            ("            break\n", "            break\n        errors.append(count)\n"),
        ],
        caught_by="test_early_stop",
    ),
    mistake(
        "mutates_start",
        "The start weights belong to the caller; work on a copy.",
        swaps=[("w0.clone()", "w0"), ("b0.clone()", "b0")],
        caught_by="test_start_values",
    ),
    mistake(
        "hands_back_start",
        "When no row needed a correction, your result is the caller's own start tensor; start from a copy.",
        swaps=[
            ("w0.clone()", "w0"),
            ("b0.clone()", "b0"),
            ("w += lr * e * X[i]", "w = w + lr * e * X[i] if e else w"),
            ("b += lr * e", "b = b + lr * e if e else b"),
        ],
        caught_by="test_start_values",
    ),
    mistake(
        "starts_at_zero",
        "Does your training look at the start values that it is given?",
        swaps=[("w0.clone()", "X.new_zeros(X.shape[1])"), ("b0.clone()", "X.new_zeros(())")],
        caught_by="test_start_values",
    ),
    mistake(
        "needs_both_starts",
        "What if only one of the two start values is given?",
        swaps=[("if w0 is None", "if w0 is None or b0 is None"), ("if b0 is None", "if w0 is None or b0 is None")],
        caught_by="test_start_values",
    ),
    mistake(
        "counts_after_epoch",
        "Count the errors as they happen: yours are those that are left when the epoch is over.",
        swap=(
            "errors.append(count)",
            "count = int((perceptron_predict(X, w, b) != y).sum())\n        errors.append(count)",
        ),
        caught_by="test_epoch_trace",
    ),
    mistake(
        "label_two_accepted",
        "A label above 1 would count as an error forever; refuse it, like one below 0.",
        swap=("(y == 0) | (y == 1)", "y >= 0"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "bias_as_a_weight",
        source='''
import torch
from torch import Tensor


def perceptron_predict(X: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return torch.where(torch.mv(X, w) > -b, 1, 0)


def train_perceptron(X, y, epochs, lr=1.0, w0=None, b0=None):
    """The bias is the weight of a column of ones."""
    if X.shape[0] != y.shape[0] or epochs < 1 or not lr > 0 or not set(y.tolist()) <= {0, 1}:
        raise ValueError("bad input")
    n, d = X.shape
    rows = torch.cat([X, X.new_ones(n, 1)], dim=1)
    theta = X.new_zeros(d + 1)
    if w0 is not None:
        theta[:-1] = w0
    if b0 is not None:
        theta[-1] = b0
    errors = []
    while len(errors) < epochs and 0 not in errors:
        wrong = 0
        for row, label in zip(rows, y.tolist()):
            answer = 1 if torch.dot(row, theta).item() > 0 else 0
            if answer != label:
                theta = theta + (label - answer) * lr * row
                wrong += 1
        errors.append(wrong)
    return theta[:-1].clone(), theta[-1].clone(), errors
''',
    ),
    correct(
        "jumps_to_the_next_error",
        source='''
import torch
from torch import Tensor


def perceptron_predict(X: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return ((X * w).sum(dim=1) + b).gt(0).long()


def train_perceptron(X, y, epochs, lr=1.0, w0=None, b0=None):
    """Rows that are right change nothing, so look for the next wrong one with all rows at once."""
    if len(X) != len(y):
        raise ValueError("lengths")
    if epochs < 1 or lr <= 0:
        raise ValueError("settings")
    if ((y != 0) & (y != 1)).any():
        raise ValueError("labels")
    w = torch.zeros_like(X[0]) if w0 is None else torch.clone(w0)
    b = torch.zeros((), dtype=X.dtype, device=X.device) if b0 is None else torch.clone(b0)
    errors = []
    for _ in range(epochs):
        count, start = 0, 0
        while start < len(X):
            e = y[start:] - perceptron_predict(X[start:], w, b)
            wrong = e.nonzero().flatten()
            if len(wrong) == 0:
                break
            i = int(wrong[0])
            w = torch.add(w, X[start + i], alpha=lr * int(e[i]))
            b = b + lr * int(e[i])
            count += 1
            start += i + 1
        errors.append(count)
        if not count:
            return w, b, errors
    return w, b, errors
''',
    ),
    correct(
        "plain_numbers",
        source="""
import torch
from torch import Tensor


def perceptron_predict(X: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return torch.heaviside(X @ w + b, torch.zeros_like(b)).to(torch.long)


def train_perceptron(X, y, epochs, lr=1.0, w0=None, b0=None):
    if len(X) != len(y) or epochs < 1 or lr <= 0 or any(label not in (0, 1) for label in y.tolist()):
        raise ValueError("bad input")
    w = [0.0] * X.shape[1] if w0 is None else w0.tolist()
    b = 0.0 if b0 is None else b0.item()
    errors = []
    for epoch in range(epochs):
        errors.append(0)
        for x, label in zip(X.tolist(), y.tolist()):
            positive = sum(a * c for a, c in zip(x, w)) + b > 0
            if positive != bool(label):
                step = -lr if positive else lr
                w = [c + step * a for a, c in zip(x, w)]
                b += step
                errors[-1] += 1
        if errors[-1] == 0:
            break
    return torch.tensor(w, dtype=X.dtype, device=X.device), torch.tensor(b, dtype=X.dtype, device=X.device), errors
""",
    ),
]


def numbers(*values):
    return torch.tensor(values, dtype=torch.float64)


def probe(m):
    """Zero scores, four short trainings from zero and from elsewhere, exclusive or, and what became of the start."""
    # The first row stands twice and is negative: at zero weights its score is 0.
    X = numbers([1.0, -2.0], [1.0, -2.0], [0.5, 1.5], [-1.0, 0.25], [2.0, 0.5], [-0.5, 3.0], [0.25, -1.0])
    y = torch.tensor([0, 0, 1, 0, 1, 1, 0])
    corners = numbers([0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0])
    zero = torch.zeros((), dtype=torch.float64)

    def start():
        return numbers(0.7, -0.4), torch.tensor(0.3, dtype=torch.float64)

    def start_after(which):
        both = start()
        m.train_perceptron(X, y, 3, lr=0.1, w0=both[0], b0=both[1])
        return both[which]

    def handed_back():
        w0, b0 = numbers(0.5, -1.0), zero.clone()
        w, b, errors = m.train_perceptron(X[4:5], y[4:5], 2, w0=w0, b0=b0)
        return {"the start itself": w is w0 or b is b0, "errors": errors}

    return {
        "zero scores": lambda: m.perceptron_predict(X, numbers(0.0, 0.0), zero),
        "from zero": lambda: m.train_perceptron(X, y, 9),
        "from elsewhere": lambda: m.train_perceptron(X, y, 9, lr=0.1, w0=start()[0], b0=start()[1]),
        "weights only": lambda: m.train_perceptron(X, y, 2, lr=0.1, w0=start()[0]),
        "exclusive or": lambda: m.train_perceptron(corners, torch.tensor([0, 1, 1, 0]), 4, lr=0.25),
        "w0 afterwards": lambda: start_after(0),
        "b0 afterwards": lambda: start_after(1),
        "nothing to correct": handed_back,
        "label 2": lambda: m.train_perceptron(X, y + (y == y.max()), 2),
    }
