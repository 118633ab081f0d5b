"""Clipping gradients: by the norm of all of them together, and entry by entry."""

import math

import torch
from torch import Tensor


def global_norm(grads: list[Tensor | None], norm_type: float = 2.0) -> Tensor:
    """The p-norm, p = `norm_type`, of all entries of all gradients together, as a tensor of shape ().

    `grads` holds floating tensors of any shape, with one dtype and device. None entries are skipped; if nothing is
    left, the norm is 0. With `math.inf` the norm is the largest absolute entry. Nothing is changed.

    Raises ValueError if `norm_type` is not above 0.
    """
    raise NotImplementedError


def clip_grad_norm(grads: list[Tensor | None], max_norm: float, norm_type: float = 2.0) -> Tensor:
    """Scale all gradients, in place and by one common factor, so that their global norm is at most `max_norm`.

    The factor is max_norm / (global norm + 1e-6), but never more than 1. None entries are skipped.

    Returns the global norm as it was before, a tensor of shape ().

    Raises ValueError if `max_norm` or `norm_type` is not above 0; then no gradient has changed.
    """
    raise NotImplementedError


def clip_grad_value(grads: list[Tensor | None], clip_value: float) -> None:
    """Bring every entry of every gradient into the range from -clip_value to clip_value, in place.

    None entries are skipped. Raises ValueError if `clip_value` is not above 0; then no gradient has changed.
    """
    raise NotImplementedError
