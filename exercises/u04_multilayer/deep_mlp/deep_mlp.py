"""A network of any depth: how to start it, the way forwards, the way back, and plain gradient descent.

`layers` is a list of pairs (W, b), first layer first, with W of shape (outputs, inputs) and b of shape (outputs,).
"""

import torch
from torch import Tensor


def init_layers(sizes: list[int], noise: list[Tensor], scheme: str = "he") -> list[tuple[Tensor, Tensor]]:
    """Return the layers of a network at its start: noise times a standard deviation, and biases 0.

    sizes: number of inputs, hidden units of each layer, number of outputs.
    noise: standard normal numbers; noise[l] has the shape (sizes[l + 1], sizes[l]) of the weights it becomes.
    scheme: the variance of a weight is 2 / fan_in ("he"), 2 / (fan_in + fan_out) ("xavier") or 1 / fan_in ("lecun").
    Raises ValueError for an unknown scheme and when `noise` has not one tensor per layer. Pure.
    """
    raise NotImplementedError


def deep_forward(X: Tensor, layers: list[tuple[Tensor, Tensor]], activation: str = "relu") -> tuple[Tensor, list]:
    """Return the scores (n, C) of the rows X (n, D), and a cache with what `deep_backward` will need.

    activation: "relu" or "tanh", after every layer but the last. What the cache, a list, holds is up to you; it belongs
    to this call and stays valid after later calls.
    Raises ValueError for an unknown activation. Pure.
    """
    raise NotImplementedError


def deep_backward(
    dout: Tensor, cache: list, layers: list[tuple[Tensor, Tensor]], activation: str = "relu"
) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
    """Return (dX, [(dW, db) of the first layer, ..., (dW, db) of the last layer]) for a gradient `dout` of the scores.

    dout: (n, C). cache: what `deep_forward` returned for the same layers and activation. Sums over the rows; nothing
    is divided by n. The slope of relu at 0 is 0.
    Raises ValueError for an unknown activation. Pure: a cache can be used again.
    """
    raise NotImplementedError


def train_deep(
    X: Tensor, y: Tensor, layers: list[tuple[Tensor, Tensor]], lr: float, steps: int, activation: str = "relu"
) -> tuple[list[tuple[Tensor, Tensor]], list[float]]:
    """Take full-batch steps of gradient descent on the mean cross entropy and return (new layers, losses).

    y: classes (n,), int64. Each step takes all gradients at the same old weights, then moves every W and b by -lr times
    its gradient. losses: one Python float per step, the loss before that step.
    The layers passed in stay as they are, and the new ones share no memory with them.
    Raises ValueError for lr < 0, steps < 1 and an unknown activation.
    """
    raise NotImplementedError
