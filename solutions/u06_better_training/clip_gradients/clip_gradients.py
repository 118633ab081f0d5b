"""Clipping gradients by their global norm and by value.

The rescaling is from "On the Difficulty of Training Recurrent Neural Networks" (Pascanu, Mikolov and Bengio, 2013), the
constant 1e-6 is PyTorch's.
"""

import math

import torch
from torch import Tensor


def global_norm(grads: list[Tensor | None], norm_type: float = 2.0) -> Tensor:
    """(sum of |g|^p over all entries of all gradients)^(1/p), or the largest |g| for p = inf."""
    if norm_type <= 0:
        raise ValueError(f"norm_type must be above 0, got {norm_type}")
    present = [g for g in grads if g is not None]
    if not present:
        return torch.zeros(())
    if norm_type == math.inf:
        return torch.stack([g.abs().max() for g in present]).max()
    # Powers add up across tensors, norms don't: the root comes once, at the end.
    powers = [g.abs().pow(norm_type).sum() for g in present]
    return torch.stack(powers).sum().pow(1.0 / norm_type)


def clip_grad_norm(grads: list[Tensor | None], max_norm: float, norm_type: float = 2.0) -> Tensor:
    """One factor for all gradients keeps the direction; it may shorten, never lengthen."""
    if max_norm <= 0:
        raise ValueError(f"max_norm must be above 0, got {max_norm}")
    total = global_norm(grads, norm_type)
    factor = (max_norm / (total + 1e-6)).clamp(max=1.0)
    for g in grads:
        if g is not None:
            g.mul_(factor)
    return total


def clip_grad_value(grads: list[Tensor | None], clip_value: float) -> None:
    """Clamp entry by entry; this one may turn the direction."""
    if clip_value <= 0:
        raise ValueError(f"clip_value must be above 0, got {clip_value}")
    for g in grads:
        if g is not None:
            g.clamp_(min=-clip_value, max=clip_value)
