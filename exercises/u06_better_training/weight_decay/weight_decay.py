"""Four ways to keep weights small: L2 penalty, its gradient, L1 soft threshold, norm limit."""

import torch
from torch import Tensor


def l2_penalty(params: list[Tensor], lam: float) -> Tensor:
    """Half of `lam` times the sum of the squares of all entries of all parameters, as a tensor of shape ().

    `params` holds at least one floating tensor; the shapes may differ, dtype and device don't.

    Raises ValueError if `lam` is negative.
    """
    raise NotImplementedError


def add_l2_grad(params: list[Tensor], grads: list[Tensor], lam: float) -> list[Tensor]:
    """The gradients of (loss + l2_penalty), when `grads` are those of the loss alone.

    Returns a new list with one new tensor per parameter, in the same order. Parameters, gradients and their lists stay
    as they are.

    Raises ValueError if `lam` is negative, or if there are not as many gradients as parameters.
    """
    raise NotImplementedError


def l1_prox(w: Tensor, lr: float, lam: float) -> Tensor:
    """Soft threshold: every entry of `w` (any shape) moves towards zero by lr times lam, and stops at zero.

    Returns a new tensor with the shape, dtype and device of `w`.

    Raises ValueError if `lr` or `lam` is negative.
    """
    raise NotImplementedError


def max_norm(W: Tensor, limit: float) -> Tensor:
    """Scale every row of `W (out, in)` whose Euclidean norm is above `limit` down to that norm.

    All other rows, rows of zeros included, keep their numbers. Returns a new tensor.

    Raises ValueError if `limit` is not above 0.
    """
    raise NotImplementedError
