"""A classifier with one hidden layer: scores, loss, and every gradient by the chain rule."""

import torch
from torch import Tensor


def mlp_forward(X: Tensor, params: dict[str, Tensor], activation: str = "relu") -> tuple[Tensor, dict]:
    """Return the scores `(n, C)` of the rows of X, and a cache with what `mlp_backward` will need.

    X: `(n, D)`. params: "W1" `(H, D)`, "b1" `(H,)`, "W2" `(C, H)`, "b2" `(C,)`. activation: "relu", "tanh" or
    "sigmoid", applied to the hidden scores only. What the cache holds is up to you; it belongs to this call and
    stays valid after later calls.
    Raises ValueError for an unknown activation and when X has not as many columns as W1. Pure.
    """
    raise NotImplementedError


def mlp_backward(dlogits: Tensor, cache: dict, params: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the gradients under "W2", "b2", "W1", "b1" and "X", given `dlogits`.

    `dlogits (n, C)` is the gradient towards the scores.

    `cache` is what `mlp_forward` returned for the same rows and params. Sums over the rows; no division by n. The
    slope of relu at 0 is 0. Pure: a cache can be used again.
    """
    raise NotImplementedError


def loss_and_grads(
    X: Tensor, y: Tensor, params: dict[str, Tensor], activation: str = "relu", l2: float = 0.0
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the loss, a 0-dimensional tensor, and its gradients under "W1", "b1", "W2", "b2", in this order.

    Loss: mean cross entropy of the scores with the classes y `(n,)` int64, plus l2 / 2 times the sum of the squares
    of W1 and W2.
    Raises ValueError as `mlp_forward` does. Pure.
    """
    raise NotImplementedError
