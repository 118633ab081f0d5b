"""Known wrong answers to tensor_warmup with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

HOT = "(y[:, None] == classes).to(dtype)"
SQUARES = "differences.square().sum(dim=-1)"

MISTAKES = [
    mistake(
        "no_transpose",
        "PyTorch stores one row of weights per output; check which axis you multiply along.",
        swap=("X @ W.T", "X @ W"),
        caught_by="test_affine_matches",
    ),
    mistake(
        "bias_down_columns",
        "Every row should receive the whole bias vector.",
        swap=("Y + b", "Y + b[:, None]"),
        caught_by="test_affine_matches",
    ),
    mistake(
        "expansion_cancellation",
        "Try two nearly equal rows with large entries: subtracting big numbers loses the small difference.",
        swap=(SQUARES, "(A.square().sum(1)[:, None] + B.square().sum(1) - 2 * A @ B.T).clamp(min=0)"),
        caught_by="test_distances_far_from_origin",
    ),
    mistake(
        "distances_not_squared",
        "The name asks for squared distances.",
        swap=(SQUARES, "differences.square().sum(dim=-1).sqrt()"),
        caught_by="test_distances",
    ),
    mistake(
        "transposed_pairs",
        "Row i of the result belongs to row i of the first argument.",
        swap=(SQUARES, "differences.square().sum(dim=-1).T"),
        caught_by="test_distances",
    ),
    mistake(
        "one_hot_off_by_one",
        "Class 0 should light up the first column.",
        swap=(HOT, "(y[:, None] == classes + 1).to(dtype)"),
        caught_by="test_one_hot_values",
    ),
    mistake(
        "takes_whole_columns",
        "You want one number per row; pair each row index with its label.",
        swap=("scores[rows, y]", "scores[:, y]"),
        caught_by="test_picks",
    ),
    mistake(
        "strict_threshold",
        "What should happen when the probability sits exactly on the threshold?",
        swap=("(p >= threshold)", "(p > threshold)"),
        caught_by="test_thresholds",
    ),
    mistake(
        "threshold_ignored",
        "The caller may ask for another threshold than the usual one.",
        swap=("(p >= threshold)", "(p >= 0.5)"),
        caught_by="test_thresholds",
    ),
    mistake(
        "dtype_ignored",
        "The caller may ask for another dtype than the usual one.",
        swap=(HOT, "(y[:, None] == classes).float()"),
        caught_by="test_one_hot_values",
    ),
    mistake(
        "empty_batch_fails",
        "How large is the largest of no labels? A batch without rows should give a table without rows.",
        swap=("bool(((y < 0) | (y >= num_classes)).any())", "y.min() < 0 or y.max() >= num_classes"),
        caught_by="test_one_hot_values",
    ),
    mistake(
        "negative_label_accepted",
        "A label of -1 is no class; a range has two ends.",
        swap=("(y < 0) | (y >= num_classes)", "y >= num_classes"),
        caught_by="test_bad_input",
    ),
    mistake(
        "widths_not_compared",
        "Rows of one number would be stretched to any width without a word: compare the widths first.",
        swap=("A.shape[1] != B.shape[1]", "A.shape[1] != B.shape[1] and 1 not in (A.shape[1], B.shape[1])"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "scatter_and_gather",
        source='''
import torch
from torch import Tensor


def one_hot(y: Tensor, num_classes: int, dtype: torch.dtype = torch.float32) -> Tensor:
    if y.numel() > 0 and (int(y.min()) < 0 or int(y.max()) > num_classes - 1):
        raise ValueError("label")
    table = torch.zeros(y.numel(), num_classes, dtype=dtype, device=y.device)
    return table.scatter_(1, y.unsqueeze(1), 1)


def pairwise_sq_dist(A: Tensor, B: Tensor) -> Tensor:
    """One plane of differences for each of the d numbers, added up by a contraction."""
    if A.size(-1) != B.size(-1):
        raise ValueError("widths")
    difference = A.unsqueeze(1).expand(-1, len(B), -1) - B
    return torch.einsum("ijk,ijk->ij", difference, difference)


def affine(X: Tensor, W: Tensor, b: Tensor | None = None) -> Tensor:
    if X.shape[-1] != W.shape[-1]:
        raise ValueError("widths")
    Y = torch.einsum("...i,oi->...o", X, W)
    if b is not None:
        Y += b
    return Y


def pick_scores(scores: Tensor, y: Tensor) -> Tensor:
    return scores.gather(1, y[:, None]).squeeze(1)


def threshold_labels(p: Tensor, threshold: float = 0.5) -> Tensor:
    return torch.where(p < threshold, 0, 1)
''',
    ),
    correct(
        "masks_and_products",
        source='''
import torch
from torch import Tensor


def one_hot(y, num_classes, dtype=torch.float32):
    if torch.any(y < 0) or torch.any(y >= num_classes):
        raise ValueError("label")
    return torch.eye(num_classes, dtype=dtype, device=y.device)[y]


def pairwise_sq_dist(A, B):
    if A.shape[1:] != B.shape[1:]:
        raise ValueError("widths")
    n, m = len(A), len(B)
    first, second = A.repeat_interleave(m, dim=0), B.repeat(n, 1)
    return ((first - second) ** 2).sum(1).view(n, m)


def affine(X, W, b=None):
    """All leading axes as one batch of rows."""
    if X.shape[-1] != W.shape[1]:
        raise ValueError("widths")
    rows = X.reshape(-1, X.shape[-1])
    out = W.mm(rows.t()).t()
    if b is not None:
        out = out + b.expand_as(out)
    return out.reshape(*X.shape[:-1], len(W))


def pick_scores(scores, y):
    """Everything but the own class becomes 0, and the sum of a row is what is left."""
    own = one_hot(y, scores.shape[1], dtype=torch.bool)
    return torch.where(own, scores, 0.0).sum(dim=1)


def threshold_labels(p, threshold=0.5):
    return torch.ge(p, threshold).long()
''',
    ),
    correct(
        "norms",
        swaps=[
            (SQUARES, "torch.linalg.vector_norm(differences, dim=-1) ** 2"),
            ("scores[rows, y]", "scores.take(rows * scores.shape[1] + y)"),
        ],
    ),
]


def probe(m):
    """Square shapes where they hide a mistake, and answers about bad input."""
    start = torch.Generator().manual_seed(202)
    X, W, b, A, B = torch.randn(5, 3, 3, generator=start, dtype=torch.float64)
    b = b[0]
    close_rows = A.float() + 1000
    y, more = torch.tensor([2, 0, 1]), torch.tensor([[0.1, 0.5, 0.9], [0.3, 0.7, 0.5]], dtype=torch.float64)

    def far_from_origin():
        found = m.pairwise_sq_dist(close_rows, close_rows.flip(1))
        exact = (close_rows.double()[:, None] - close_rows.double().flip(1)).square().sum(-1)
        return bool(((found - exact).abs() <= 1e-3 * exact).all())

    return {
        "one_hot": lambda: m.one_hot(y, 4),
        "one_hot in float64": lambda: m.one_hot(y, 4, dtype=torch.float64).dtype,
        "one_hot of nothing": lambda: list(m.one_hot(y[:0], 4).shape),
        "a label of -1": lambda: m.one_hot(y - 1, 4),
        "distances": lambda: m.pairwise_sq_dist(A, B),
        "distances far away are right": far_from_origin,
        "distances of different widths": lambda: m.pairwise_sq_dist(A, B[:, :1]),
        "affine": lambda: m.affine(X, W, b=b),
        "affine without bias": lambda: m.affine(X, W),
        "picked": lambda: m.pick_scores(A, y),
        "labels": lambda: m.threshold_labels(more),
        "labels at 0.8": lambda: m.threshold_labels(more, threshold=0.8),
    }
