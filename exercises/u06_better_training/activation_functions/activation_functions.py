"""Ten activation functions and their derivatives."""

import math

import torch
from torch import Tensor


def activate(name: str, z: Tensor) -> Tensor:
    """Apply the activation called `name` to every entry of `z`.

    name: "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "gelu_tanh" or "mish".
    z: floating, any shape, also 0-dimensional. Returns a new tensor of the same shape, dtype and device, finite for
    all entries between -800 and 800 in float64.

    Raises ValueError for any other name.
    """
    raise NotImplementedError


def activate_grad(name: str, z: Tensor) -> Tensor:
    """The derivative of that activation at every entry of `z` (the input of the activation, not its output).

    At exactly 0 the slope of relu is 0, of leaky_relu 0.01, of elu 1. Shapes, types, range and errors as in `activate`.
    """
    raise NotImplementedError
