"""Logistic regression as a graph: scores, probabilities, loss, and the gradients on the way back."""

import torch
from torch import Tensor


def sigmoid(z: Tensor) -> Tensor:
    """Return 1 / (1 + e^(-z)) for every entry of z (any shape), without nan for scores up to 10,000 in size. Pure."""
    raise NotImplementedError


def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    """Return the binary cross entropy of the scores z and the labels y, averaged over all entries: shape ().

    z: floating, any shape. y: floating, the same shape, values from 0 to 1 (also in between: soft labels). The loss
    of one entry is max(z, 0) - z y + log(1 + e^(-|z|)); it stays finite and exact however large the score is.
    Raises ValueError when the shapes differ. Pure.
    """
    raise NotImplementedError


def logreg_forward_backward(X: Tensor, y: Tensor, w: Tensor, b: Tensor) -> dict[str, Tensor]:
    """Return all nodes of the graph, forwards and backwards, under "z", "p", "loss", "dz", "dw", "db", in this order.

    X: `(n, d)`. y: `(n,)` floating, from 0 to 1. w: `(d,)`. b: `()`.
    Scores z `(n,)` = X w + b, probabilities p `(n,)` = sigmoid(z), the mean loss `()`, and its gradients towards the
    scores, dz `(n,)`, the weights, dw `(d,)`, and the bias, db `()`. Pure.
    """
    raise NotImplementedError
