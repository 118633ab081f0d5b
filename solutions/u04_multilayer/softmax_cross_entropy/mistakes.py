"""Wrong answers of softmax_cross_entropy with their names, other right ones, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "no_shift",
        "The exponentials of the raw scores overflow. Adding the same number to all scores of a row changes nothing, "
        "so choose one that keeps the exponentials small.",
        swap=("shifted = logits - logits.amax(dim=-1, keepdim=True)", "shifted = logits"),
        caught_by="test_extreme_scores",
    ),
    mistake(
        "global_shift",
        "A row far below the largest score of the batch vanishes; each row needs a shift of its own.",
        swap=("logits.amax(dim=-1, keepdim=True)", "logits.amax()"),
        caught_by="test_extreme_scores",
    ),
    mistake(
        "batch_axis",
        "You normalise across the examples. The probabilities of one example should add up to one: look at the axis.",
        swaps=[
            ("logits.amax(dim=-1, keepdim=True)", "logits.amax(dim=0, keepdim=True)"),
            ("shifted.exp().sum(dim=-1, keepdim=True)", "shifted.exp().sum(dim=0, keepdim=True)"),
        ],
        caught_by="test_log_softmax_values",
    ),
    mistake(
        "log_of_softmax",
        "When a probability rounds to zero its logarithm is lost; stay in log space and leave the division out.",
        swap=(
            "return shifted - shifted.exp().sum(dim=-1, keepdim=True).log()",
            "return (shifted.exp() / shifted.exp().sum(dim=-1, keepdim=True)).log()",
        ),
        caught_by="test_extreme_scores",
    ),
    mistake(
        "softmax_twice",
        "Your loss can never get close to zero: the scores are squashed once too often.",
        swap=("q * log_softmax(logits)", "q * log_softmax(softmax(logits))"),
        caught_by="test_loss_values",
    ),
    mistake(
        "sums_over_batch",
        "Repeating the batch twice should not change the mean loss.",
        swap=("row_losses.mean()", "row_losses.sum()"),
        caught_by="test_loss_values",
    ),
    mistake(
        "gradient_not_averaged",
        "Your gradient grows with the number of rows: the loss is a mean, so it carries the same division.",
        swap=("(softmax(logits) - q) / len(logits)", "softmax(logits) - q"),
        caught_by="test_gradient",
    ),
    mistake(
        "smoothing_spreads_over_others",
        "The uniform part of the target covers all classes, the true one included.",
        swaps=[
            ("label_smoothing / logits.shape[-1]", "label_smoothing / (logits.shape[-1] - 1)"),
            ("target] += 1 - label_smoothing", "target] = 1 - label_smoothing"),
        ],
        caught_by="test_smoothing",
    ),
    mistake(
        "gradient_sign_flipped",
        "A step against the gradient should push the score of the true class up; yours pushes it down.",
        swap=("(softmax(logits) - q)", "(q - softmax(logits))"),
        caught_by="test_gradient",
    ),
    mistake(
        "smooths_loss_only_true_class",
        "Smoothing takes mass from the true class; the classes that receive it belong in the loss as well.",
        swap=("torch.full_like(logits, label_smoothing / logits.shape[-1])", "torch.zeros_like(logits)"),
        caught_by="test_smoothing",
    ),
    mistake(
        "gradient_ignores_smoothing",
        "Loss and gradient must use the same targets: your gradient belongs to the loss without smoothing.",
        swap=("(softmax(logits) - q)", "(softmax(logits) - _target_distribution(logits, target, 0.0))"),
        caught_by="test_gradient_with_smoothing",
    ),
    mistake(
        "any_other_word_is_mean",
        "A slip of the pen in the reduction should not quietly give the mean: refuse the words that you don't know.",
        swap=('if reduction not in ("mean", "sum", "none"):', "if not reduction:"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    # The log-sum-exp as a number of its own, the true class picked by gather, smoothing as a mixture of two losses.
    correct(
        "log_sum_exp_and_gather",
        source="""
import torch
from torch import Tensor


def lse(logits):
    top = logits.max(dim=-1, keepdim=True).values
    return top + (logits - top).exp().sum(-1, keepdim=True).log()


def log_softmax(logits: Tensor) -> Tensor:
    return logits - lse(logits)


def softmax(logits: Tensor) -> Tensor:
    e = torch.exp(logits - logits.max(dim=-1, keepdim=True).values)
    return e / e.sum(-1, keepdim=True)


def check(logits, target, smoothing):
    if logits.shape[0] != target.shape[0] or smoothing < 0 or smoothing > 1:
        raise ValueError("bad input")


def cross_entropy(logits: Tensor, target: Tensor, reduction: str = "mean", label_smoothing: float = 0.0) -> Tensor:
    check(logits, target, label_smoothing)
    log_p = log_softmax(logits)
    hard = -log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = (1 - label_smoothing) * hard - label_smoothing * log_p.mean(dim=1)
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    if reduction == "mean":
        return losses.sum() / losses.numel()
    raise ValueError("unknown reduction")


def cross_entropy_with_grad(logits: Tensor, target: Tensor, label_smoothing: float = 0.0) -> tuple[Tensor, Tensor]:
    loss = cross_entropy(logits, target, "mean", label_smoothing)
    n, C = logits.shape
    grad = softmax(logits) - label_smoothing / C
    grad[range(n), target] -= 1 - label_smoothing
    grad /= n
    return loss, grad
""",
    ),
    # The normaliser folded pairwise over the classes; the gradient through the Jacobian of log softmax.
    correct(
        "folded_and_jacobian",
        source="""
import functools

import torch
from torch import Tensor


class BadInput(ValueError):
    pass


def log_softmax(logits: Tensor) -> Tensor:
    return logits - functools.reduce(torch.logaddexp, logits.unbind(-1)).unsqueeze(-1)


def softmax(logits: Tensor) -> Tensor:
    return torch.exp(log_softmax(logits))


def targets(logits, target, eps):
    if len(target) != len(logits):
        raise BadInput("lengths differ")
    if not (eps >= 0 and eps <= 1):
        raise BadInput("smoothing")
    C = logits.size(-1)
    hot = (target[:, None] == torch.arange(C, device=target.device)).to(logits.dtype)
    return hot * (1 - eps) + eps / C


def cross_entropy(logits: Tensor, target: Tensor, reduction: str = "mean", label_smoothing: float = 0.0) -> Tensor:
    reductions = {"mean": torch.mean, "sum": torch.sum, "none": lambda losses: losses}
    if reduction not in reductions:
        raise BadInput("reduction")
    q = targets(logits, target, label_smoothing)
    return reductions[reduction](-torch.einsum("nc,nc->n", q, log_softmax(logits)))


def cross_entropy_with_grad(logits: Tensor, target: Tensor, label_smoothing: float = 0.0) -> tuple[Tensor, Tensor]:
    q = targets(logits, target, label_smoothing)
    log_p = log_softmax(logits)
    n, C = logits.shape
    jacobian = torch.eye(C, dtype=logits.dtype, device=logits.device) - log_p.exp()[:, None, :]
    return -(q * log_p).sum() / n, -torch.einsum("nc,ncj->nj", q, jacobian) / n
""",
    ),
    # One row after the other, in Python numbers.
    correct(
        "row_by_row",
        source="""
import math

import torch
from torch import Tensor


def log_row(row):
    top = max(row)
    total = math.log(math.fsum(math.exp(z - top) for z in row))
    return [z - top - total for z in row]


def log_softmax(logits: Tensor) -> Tensor:
    flat = logits.reshape(-1, logits.shape[-1]).tolist()
    return logits.new_tensor([log_row(row) for row in flat]).reshape(logits.shape)


def softmax(logits: Tensor) -> Tensor:
    return log_softmax(logits).exp()


def cross_entropy(logits: Tensor, target: Tensor, reduction: str = "mean", label_smoothing: float = 0.0) -> Tensor:
    if reduction not in {"mean", "sum", "none"} or not 0 <= label_smoothing <= 1 or len(logits) != len(target):
        raise ValueError("bad input")
    losses = []
    for row, true in zip(log_softmax(logits), target.tolist()):
        losses.append((label_smoothing - 1) * row[true] - label_smoothing * row.mean())
    rows = torch.stack(losses)
    if reduction == "none":
        return rows
    return rows.sum() / (len(rows) if reduction == "mean" else 1)


def cross_entropy_with_grad(logits: Tensor, target: Tensor, label_smoothing: float = 0.0) -> tuple[Tensor, Tensor]:
    loss = cross_entropy(logits, target, label_smoothing=label_smoothing)
    grad = softmax(logits)
    for i, true in enumerate(target.tolist()):
        grad[i] -= label_smoothing / logits.shape[1]
        grad[i, true] -= 1 - label_smoothing
    return loss, grad.div(len(grad))
""",
    ),
]


def finite_part(value):
    """Where a tensor is finite, and its values there: naive exponentials give inf or nan, by how they are spelt."""
    return {"finite": value.isfinite().tolist(), "values": value.nan_to_num(nan=0.0, posinf=0.0, neginf=0.0)}


def probe(m):
    """Two rows at very different levels, and a batch of five with four classes."""
    far = torch.tensor([[1000.0, 0.0, -5.0, 3.0], [-2000.0, -1990.0, -2010.0, -2000.0]], dtype=torch.float64)
    far_target = torch.tensor([1, 1])
    batch = torch.tensor(
        [
            [0.3, -1.2, 0.8, 2.0],
            [1.5, 0.1, -0.7, 0.4],
            [-0.2, 0.9, 0.6, -1.8],
            [0.0, 1.1, -2.1, 0.5],
            [2.4, -0.6, 0.2, 1.3],
        ],
        dtype=torch.float64,
    )
    target = torch.tensor([3, 1, 0, 2, 0])
    return {
        "log_softmax_far_apart": lambda: finite_part(m.log_softmax(far)),
        "loss_far_apart": lambda: finite_part(m.cross_entropy(far, far_target)),
        "loss_mean": lambda: m.cross_entropy(batch, target),
        "loss_none": lambda: m.cross_entropy(batch, target, reduction="none"),
        "loss_smoothed": lambda: m.cross_entropy(batch, target, label_smoothing=0.1),
        "gradient": lambda: m.cross_entropy_with_grad(batch, target)[1],
        "gradient_smoothed": lambda: m.cross_entropy_with_grad(batch, target, label_smoothing=0.2)[1],
        "softmax": lambda: m.softmax(batch),
        "unknown_reduction": lambda: m.cross_entropy(batch, target, reduction="average"),
    }
