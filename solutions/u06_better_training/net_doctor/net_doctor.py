"""Quick checks before and during training.

The list of symptoms follows "A Recipe for Training Neural Networks" (Karpathy, 2019); that gradients shrink from layer to
layer on their way back is shown in "Understanding the Difficulty of Training Deep Feedforward Neural Networks" (Glorot and
Bengio, 2010).
"""

import math
from typing import Callable

import torch
from torch import Tensor


def expected_initial_loss(num_classes: int) -> float:
    """-ln(1/C) = ln C."""
    if num_classes < 2:
        raise ValueError(f"a classifier has at least 2 classes, got {num_classes}")
    return math.log(num_classes)


def dead_fraction(activations: Tensor) -> float:
    """The share of columns without any positive entry."""
    if activations.dim() != 2:
        raise ValueError(f"activations must be (n, units), got shape {tuple(activations.shape)}")
    dead = (activations <= 0).all(dim=0)
    return int(dead.sum()) / dead.numel()


def update_ratios(params: list[Tensor], grads: list[Tensor], lr: float) -> list[float]:
    """|lr g| / |p| per tensor; the tiny constant saves parameters that are still zero."""
    if len(params) != len(grads):
        raise ValueError(f"{len(params)} parameters need as many gradients, got {len(grads)}")
    return [float((lr * g).norm() / (p.norm() + 1e-12)) for p, g in zip(params, grads)]


def diagnose(grad_norms: list[float], loss_history: list[float], num_classes: int) -> list[str]:
    """Each rule on its own; only "not_learning" has to give way, because a nan compares with nothing."""
    if not grad_norms or not loss_history:
        raise ValueError("at least one gradient norm and one loss are needed")
    expected = expected_initial_loss(num_classes)
    first, last = loss_history[0], loss_history[-1]
    codes = []
    if not all(math.isfinite(loss) for loss in loss_history):
        codes.append("not_finite")
    elif last > 0.99 * first:
        codes.append("not_learning")
    if math.isfinite(first) and abs(first - expected) > 0.5 * expected:
        codes.append("bad_initial_loss")
    # Gradients travel from the last layer to the first, so it is the first that runs dry.
    if grad_norms[0] < 1e-3 * grad_norms[-1]:
        codes.append("vanishing_gradients")
    if any(norm > 1e3 or not math.isfinite(norm) for norm in grad_norms):
        codes.append("exploding_gradients")
    return sorted(codes)


def overfit_one_batch(train_step: Callable[[], float], target: float, max_steps: int) -> int:
    """A network that can't learn a single batch by heart has a bug."""
    if max_steps < 1:
        raise ValueError(f"max_steps must be at least 1, got {max_steps}")
    for step in range(1, max_steps + 1):
        if train_step() <= target:
            return step
    return -1
