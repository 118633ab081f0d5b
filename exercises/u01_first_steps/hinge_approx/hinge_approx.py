"""A piecewise linear curve as a weighted sum of hinges, and as a network with one hidden layer."""

import torch
from torch import Tensor


def hinge_features(x: Tensor, knots: Tensor) -> Tensor:
    """Return the heights of all hinges at all points: `(n, K)`, entry [i, k] is max(0, x_i - t_k).

    x: `(n,)` floating. knots: the places `(K,)` where the hinges open. Pure.
    """
    raise NotImplementedError


def hinge_interpolant(knots: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Return the bias `()` and the coefficients `(K,)` of the hinge sum that joins the points with straight lines.

    knots: `(K,)` floating, strictly increasing, at least two. values: `(K,)`, the heights over the knots. The curve is
    constant before the first knot and after the last.

    Raises ValueError for fewer than two knots, for knots that are not strictly increasing, and when the two shapes
    differ. Pure.
    """
    raise NotImplementedError


def hinge_predict(x: Tensor, knots: Tensor, bias: Tensor, coeffs: Tensor) -> Tensor:
    """Return the heights `(n,)` of the curve at the points x `(n,)`: the bias plus the weighted hinges. Pure."""
    raise NotImplementedError


def hinge_network(knots: Tensor, bias: Tensor, coeffs: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the same curve as weights of a network: `W1 (K, 1)`, `b1 (K,)`, `W2 (1, K)`, `b2 (1,)`.

    `relu(x[:, None] @ W1.T + b1) @ W2.T + b2` is the column `(n, 1)` of what `hinge_predict` returns; W1 holds ones.
    The arguments stay as they are; results may be views of them.
    """
    raise NotImplementedError
