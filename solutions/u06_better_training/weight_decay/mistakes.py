"""Known wrong answers to weight_decay with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

GRADIENT = "return [g + lam * p for p, g in zip(params, grads)]"
SHRINK = "return w.sign() * (w.abs() - lr * lam).clamp(min=0.0)"

MISTAKES = [
    mistake(
        "half_missing",
        "With the half in front, the gradient of the penalty becomes exactly lam times the weight.",
        swap=("0.5 * lam * torch.stack", "lam * torch.stack"),
        caught_by="test_penalty_value",
    ),
    mistake(
        "norm_not_squared",
        "The penalty sums squares, and no root is taken afterwards.",
        swap=("p.square().sum()", "p.norm()"),
        caught_by="test_penalty_value",
    ),
    mistake(
        "mean_instead_of_sum",
        "A weight in a large layer should not be held less than one in a small layer.",
        swap=("p.square().sum()", "p.square().mean()"),
        caught_by="test_penalty_value",
    ),
    mistake(
        "gradient_doubled",
        "Differentiate your own penalty: what does the half do to the two of the square?",
        swap=(GRADIENT, "return [g + 2 * lam * p for p, g in zip(params, grads)]"),
        caught_by="test_penalty_gradient",
    ),
    mistake(
        "gradient_pushes_away",
        "Take a step against your gradient: the weight should be closer to zero afterwards.",
        swap=(GRADIENT, "return [g - lam * p for p, g in zip(params, grads)]"),
        caught_by="test_same_as_sgd_decay",
    ),
    mistake(
        "changes_gradients_in_place",
        "The gradients belong to the caller, who may want to see them without the penalty.",
        swap=(GRADIENT, "return [g.add_(lam * p) for p, g in zip(params, grads)]"),
        caught_by="test_penalty_gradient",
    ),
    mistake(
        "shrinks_past_zero",
        "Small weights should stop at zero; yours jump across.",
        swap=(SHRINK, "return w - lr * lam * w.sign()"),
        caught_by="test_soft_threshold",
    ),
    mistake(
        "hard_threshold",
        "Every weight gives up the same amount, not only the small ones.",
        swap=(SHRINK, "return torch.where(w.abs() > lr * lam, w, torch.zeros_like(w))"),
        caught_by="test_l1_makes_zeros",
    ),
    mistake(
        "threshold_ignores_learning_rate",
        "A smaller step should shrink the weights less.",
        swap=(SHRINK, SHRINK.replace("lr * lam", "lam")),
        caught_by="test_soft_threshold",
    ),
    mistake(
        "always_rescales",
        "Rows inside the limit are fine as they are.",
        swap=("return W * (limit / norms).clamp(max=1.0)", "return W * (limit / norms)"),
        caught_by="test_norm_limit",
    ),
    mistake(
        "limits_columns",
        "One row holds the weights into one unit: along which axis do you take the norm?",
        swap=("W.norm(dim=1, keepdim=True)", "W.norm(dim=0, keepdim=True)"),
        caught_by="test_norm_limit",
    ),
]

ALSO_CORRECT = [
    correct(
        "flat_vectors_and_renorm",
        source='''
import torch
from torch import Tensor


def l2_penalty(params: list[Tensor], lam: float) -> Tensor:
    """All entries in one vector, times itself."""
    if lam < 0:
        raise ValueError("negative lam")
    flat = torch.cat([p.reshape(-1) for p in params])
    return lam * (flat @ flat) / 2


def add_l2_grad(params: list[Tensor], grads: list[Tensor], lam: float) -> list[Tensor]:
    if lam < 0 or len(params) != len(grads):
        raise ValueError("negative lam or lists of different lengths")
    return list(torch._foreach_add(grads, params, alpha=lam))


def l1_prox(w: Tensor, lr: float, lam: float) -> Tensor:
    """Take away what lies inside the threshold."""
    if min(lr, lam) < 0:
        raise ValueError("negative setting")
    t = lr * lam
    return w - w.clamp(-t, t)


def max_norm(W: Tensor, limit: float) -> Tensor:
    if limit <= 0:
        raise ValueError("limit must be positive")
    return torch.renorm(W, 2, 0, limit)
''',
    ),
    correct(
        "loops_and_cases",
        source='''
import math

import torch
from torch import Tensor


def l2_penalty(params: list[Tensor], lam: float) -> Tensor:
    if lam < 0:
        raise ValueError("negative lam")
    total = torch.zeros((), dtype=params[0].dtype, device=params[0].device)
    for p in params:
        total = total + p.norm() ** 2
    return total * (lam / 2)


def add_l2_grad(params: list[Tensor], grads: list[Tensor], lam: float) -> list[Tensor]:
    if lam < 0:
        raise ValueError("negative lam")
    if len(params) != len(grads):
        raise ValueError("different lengths")
    result = []
    for i in range(len(params)):
        g = grads[i].clone()
        g += lam * params[i]
        result.append(g)
    return result


def l1_prox(w: Tensor, lr: float, lam: float) -> Tensor:
    """Two cases move, the third is zero."""
    if lr < 0 or lam < 0:
        raise ValueError("negative setting")
    t = lr * lam
    result = torch.zeros_like(w)
    result = torch.where(w > t, w - t, result)
    return torch.where(w < -t, w + t, result)


def max_norm(W: Tensor, limit: float) -> Tensor:
    """Row by row, into a copy."""
    if limit <= 0:
        raise ValueError("limit must be positive")
    result = W.clone()
    for row in result:
        length = math.sqrt(float((row * row).sum()))
        if length > limit:
            row *= limit / length
    return result
''',
    ),
    correct(
        "two_ramps",
        swaps=[
            (SHRINK, "return (w - lr * lam).clamp(min=0) - (-w - lr * lam).clamp(min=0)"),
            (
                "return W * (limit / norms).clamp(max=1.0)",
                "return torch.where(norms > limit, W / norms.clamp(min=1e-30) * limit, W)",
            ),
            (
                "squares = [p.square().sum() for p in params]\n    return 0.5 * lam * torch.stack(squares).sum()",
                "return sum(lam * 0.5 * (p**2).sum() for p in params)",
            ),
        ],
    ),
]


def probe(m):
    """Two parameters with their gradients, eight weights around the threshold, rows on both sides of the limit."""

    def numbers(values):
        return torch.tensor(values, dtype=torch.float64)

    params = [numbers([[1.0, -2.0], [0.5, 3.0], [-1.5, 0.25]]), numbers([0.7, -0.4, 2.0])]
    slopes = [numbers([[0.3, 0.1], [-0.6, 0.2], [0.9, -1.1]]), numbers([-0.2, 0.8, 0.4])]
    weights = numbers([2.0, 0.9, 0.4, 0.1, -0.1, -0.4, -0.7, -3.0])
    rows = numbers([[3.0, -4.0, 1.0], [0.3, 0.4, -0.2], [1.0, 1.0, 1.0], [0.9, -0.8, 0.5]])

    def with_penalty():
        return m.add_l2_grad([p.clone() for p in params], [g.clone() for g in slopes], 0.3)

    def gradients_afterwards():
        grads = [g.clone() for g in slopes]
        m.add_l2_grad([p.clone() for p in params], grads, 0.3)
        return grads

    return {
        "penalty": lambda: m.l2_penalty(
            params[:1], 0.3
        ),  # of one tensor: means and roots may be taken of each or of all
        "gradients with penalty": with_penalty,
        "gradients afterwards": gradients_afterwards,
        "soft threshold": lambda: m.l1_prox(weights.clone(), 0.5, 0.8),
        "rows without zeros": lambda: m.max_norm(rows.clone(), 1.5),
        "a row of zeros": lambda: m.max_norm(numbers([[0.0, 0.0, 0.0], [2.0, 1.0, -2.0]]), 1.5),
    }
