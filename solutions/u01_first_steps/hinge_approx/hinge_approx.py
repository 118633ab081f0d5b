"""A piecewise linear curve as a sum of hinges, and that sum as a ReLU network with one hidden layer.

That such networks approximate every continuous function is shown in "Multilayer Feedforward Networks are Universal
Approximators" (Hornik, Stinchcombe and White, 1989); in one dimension the weights can be written down.
"""

import torch
from torch import Tensor


def hinge_features(x: Tensor, knots: Tensor) -> Tensor:
    """Return `(n, K)` with the entries max(0, x_i - t_k) for x `(n,)` and knots `(K,)`."""
    return (x[:, None] - knots[None, :]).clamp(min=0)


def hinge_interpolant(knots: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Return bias `()` and coefficients `(K,)` of the curve through the points (knots, values), flat outside.

    Raises ValueError for different shapes, fewer than two knots, or knots that are not strictly increasing.
    """
    if knots.shape != values.shape:
        raise ValueError(f"knots {tuple(knots.shape)} and values {tuple(values.shape)} must have the same shape")
    if len(knots) < 2:
        raise ValueError(f"a line needs at least two knots, got {len(knots)}")
    if not bool((knots.diff() > 0).all()):
        raise ValueError("knots must be strictly increasing")
    slopes = values.diff() / knots.diff()
    # Hinges further left are still switched on, so each one adds only the change of slope. The curve is flat at both
    # ends: the first change starts from slope 0, the last one leads back to it.
    flat = slopes.new_zeros(1)
    coeffs = torch.cat([flat, slopes, flat]).diff()
    return values[0].clone(), coeffs


def hinge_predict(x: Tensor, knots: Tensor, bias: Tensor, coeffs: Tensor) -> Tensor:
    """Return bias + sum over k of coeffs_k max(0, x - t_k), `(n,)`."""
    return hinge_features(x, knots) @ coeffs + bias


def hinge_network(knots: Tensor, bias: Tensor, coeffs: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return W1 `(K, 1)`, b1 `(K,)`, W2 `(1, K)`, b2 `(1,)`: hidden unit k computes relu(x - t_k)."""
    W1 = torch.ones_like(knots)[:, None]
    b1 = -knots  # the unit switches on where x + b1 = 0
    W2 = coeffs[None, :].clone()
    b2 = bias.reshape(1).clone()
    return W1, b1, W2, b2
