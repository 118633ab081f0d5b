"""Logistic regression ("The Regression Analysis of Binary Sequences", Cox, 1958) as a graph, forwards and backwards."""

import torch
from torch import Tensor


def sigmoid(z: Tensor) -> Tensor:
    """Return 1 / (1 + e^-z); where e^-z overflows to infinity the quotient is the 0 that it should be."""
    return 1 / (1 + torch.exp(-z))


def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    """Return the mean of max(z, 0) - z y + log(1 + e^-|z|) over all entries.

    That is -y log p - (1 - y) log(1 - p) with p = sigmoid(z), rearranged so that only a negative number is ever
    exponentiated. Raises ValueError when the shapes differ.
    """
    if z.shape != y.shape:
        raise ValueError(f"scores {tuple(z.shape)} and labels {tuple(y.shape)} must have the same shape")
    losses = z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))
    return losses.mean()


def logreg_forward_backward(X: Tensor, y: Tensor, w: Tensor, b: Tensor) -> dict[str, Tensor]:
    """Return z, p, loss, dz, dw, db for X `(n, d)`, y `(n,)`, w `(d,)`, b `()`."""
    z = X @ w + b
    p = sigmoid(z)
    loss = bce_with_logits(z, y)
    # The sigmoid's slope p(1 - p) cancels against the denominator of the loss's slope; the mean leaves 1/n.
    dz = (p - y) / len(y)
    dw = X.T @ dz
    db = dz.sum()
    return {"z": z, "p": p, "loss": loss, "dz": dz, "dw": dw, "db": db}
