"""Ten activation functions and their derivatives, written so that no exponential overflows.

elu: "Fast and Accurate Deep Network Learning by Exponential Linear Units" (Clevert, Unterthiner and Hochreiter, 2015);
gelu, silu: "Gaussian Error Linear Units" (Hendrycks and Gimpel, 2016); mish: Misra, 2019.
"""

import math

import torch
from torch import Tensor

_LEAK = 0.01  # slope of leaky_relu on the left
_ROOT = math.sqrt(2 / math.pi)
_CUBIC = 0.044715  # of the tanh form of gelu


def activate(name: str, z: Tensor) -> Tensor:
    """The activation called `name`, at every entry of `z`."""
    if name == "sigmoid":
        return _sigmoid(z)
    if name == "tanh":
        return torch.tanh(z)
    if name == "relu":
        return z.clamp(min=0)
    if name == "leaky_relu":
        return torch.where(z > 0, z, _LEAK * z)
    if name == "elu":
        return torch.where(z > 0, z, torch.expm1(z))
    if name == "softplus":
        return _softplus(z)
    if name == "silu":
        return z * _sigmoid(z)
    if name == "gelu":
        return z * _normal_cdf(z)
    if name == "gelu_tanh":
        return z * 0.5 * (1 + _inner_tanh(z))
    if name == "mish":
        return z * torch.tanh(_softplus(z))
    raise ValueError(f"no activation is called {name!r}")


def activate_grad(name: str, z: Tensor) -> Tensor:
    """The derivative of the activation called `name`, at every entry of its input `z`."""
    if name == "sigmoid":
        return _sigmoid(z) * _sigmoid(-z)  # 1 - sigmoid(z) is sigmoid(-z), without cancellation
    if name == "tanh":
        return 1 - torch.tanh(z) ** 2
    if name == "relu":
        return (z > 0).to(z.dtype)
    if name == "leaky_relu":
        return torch.where(z > 0, torch.ones_like(z), _LEAK)
    if name == "elu":
        return torch.exp(z.clamp(max=0))
    if name == "softplus":
        return _sigmoid(z)
    # The rest are z times something: product rule.
    if name == "silu":
        return _sigmoid(z) + z * _sigmoid(z) * _sigmoid(-z)
    if name == "gelu":
        density = torch.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
        return _normal_cdf(z) + z * density
    if name == "gelu_tanh":
        t = _inner_tanh(z)
        inner_slope = _ROOT * (1 + 3 * _CUBIC * z**2)
        return 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * inner_slope
    if name == "mish":
        t = torch.tanh(_softplus(z))
        return t + z * (1 - t**2) * _sigmoid(z)
    raise ValueError(f"no slope for an activation called {name!r}")


def _sigmoid(z: Tensor) -> Tensor:
    """1 / (1 + e^-z); for negative z the same fraction, expanded by e^z."""
    small = torch.exp(-z.abs())
    return torch.where(z >= 0, 1.0, small) / (1 + small)


def _softplus(z: Tensor) -> Tensor:
    """log(1 + e^z), with the large part of the logarithm taken out."""
    return z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))


def _normal_cdf(z: Tensor) -> Tensor:
    """The distribution function of the standard normal."""
    return 0.5 * (1 + torch.erf(z / math.sqrt(2)))


def _inner_tanh(z: Tensor) -> Tensor:
    """The tanh in the approximation of gelu."""
    return torch.tanh(_ROOT * (z + _CUBIC * z**3))
