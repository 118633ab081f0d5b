"""A network of any depth: how to start it, the way forwards, the way back, and plain gradient descent.

Backpropagation: "Learning Representations by Back-propagating Errors" (Rumelhart, Hinton and Williams, 1986). The three
initialisations: He and others, 2015; Glorot and Bengio, 2010; LeCun and others, 1998.
"""

import math

import torch
from torch import Tensor


def init_layers(sizes: list[int], noise: list[Tensor], scheme: str = "he") -> list[tuple[Tensor, Tensor]]:
    """Weights `(out, in)` from standard normal noise and zero biases. Raises ValueError for a bad scheme or length."""
    if len(noise) != len(sizes) - 1:
        raise ValueError(f"{len(sizes)} sizes make {len(sizes) - 1} layers, but noise has {len(noise)} tensors")
    layers = []
    for fan_in, fan_out, normal in zip(sizes, sizes[1:], noise):
        std = math.sqrt(_variance(fan_in, fan_out, scheme))
        layers.append((normal * std, normal.new_zeros(fan_out)))
    return layers


def deep_forward(X: Tensor, layers: list[tuple[Tensor, Tensor]], activation: str = "relu") -> tuple[Tensor, list]:
    """Scores of the rows X, and the input of every layer, which is what the way back needs."""
    _require_known(activation)
    inputs = []
    h = X
    for depth, (W, b) in enumerate(layers, 1):
        inputs.append(h)
        z = h @ W.T + b
        h = z if depth == len(layers) else _activate(z, activation)
    return h, inputs


def deep_backward(
    dout: Tensor, cache: list, layers: list[tuple[Tensor, Tensor]], activation: str = "relu"
) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
    """Gradients towards X and towards (W, b) of every layer, first layer first; sums over the rows."""
    _require_known(activation)
    grads = []
    dz = dout  # the last layer has no activation: its scores are its output
    for depth in reversed(range(len(layers))):
        W, _ = layers[depth]
        grads.append((dz.T @ cache[depth], dz.sum(0)))
        dh = dz @ W
        if depth > 0:  # what enters this layer came out of an activation; the data did not
            dz = dh * _slope(cache[depth], activation)
    return dh, grads[::-1]


def train_deep(
    X: Tensor, y: Tensor, layers: list[tuple[Tensor, Tensor]], lr: float, steps: int, activation: str = "relu"
) -> tuple[list[tuple[Tensor, Tensor]], list[float]]:
    """New layers after full-batch steps on the mean cross entropy, and the loss before each step.

    Raises ValueError for lr < 0, steps < 1 or an unknown activation.
    """
    if lr < 0 or steps < 1:
        raise ValueError(f"need lr >= 0 and steps >= 1, got {lr} and {steps}")
    rows = torch.arange(len(y), device=y.device)
    losses = []
    for _ in range(steps):
        scores, cache = deep_forward(X, layers, activation)
        log_p = torch.log_softmax(scores, dim=1)
        losses.append(-log_p[rows, y].mean().item())

        dscores = log_p.exp()
        dscores[rows, y] -= 1.0
        dscores = dscores / len(y)  # the loss is a mean over the rows
        _, grads = deep_backward(dscores, cache, layers, activation)
        # Every gradient belongs to the old weights: the new layers are made after all of them are known.
        layers = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(layers, grads)]
    return layers, losses


def _variance(fan_in: int, fan_out: int, scheme: str) -> float:
    """The variance of a starting weight."""
    if scheme == "he":
        return 2 / fan_in  # twice as much, because a relu passes on half
    if scheme == "xavier":
        return 2 / (fan_in + fan_out)
    if scheme == "lecun":
        return 1 / fan_in
    raise ValueError(f"scheme {scheme!r} is not he, xavier or lecun")


def _require_known(activation: str) -> None:
    if activation not in ("relu", "tanh"):
        raise ValueError(f"activation {activation!r} is not relu or tanh")


def _activate(z: Tensor, activation: str) -> Tensor:
    return torch.relu(z) if activation == "relu" else torch.tanh(z)


def _slope(h: Tensor, activation: str) -> Tensor:
    """The slope of the activation where its output was h."""
    return (h > 0).to(h.dtype) if activation == "relu" else 1.0 - h * h
