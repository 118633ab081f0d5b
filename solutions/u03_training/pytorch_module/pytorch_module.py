"""Your own modules: a dense layer, a network of such layers, and a count of its parameters.

The range of the initial values follows "Efficient BackProp" (LeCun, Bottou, Orr and Müller, 1998): it shrinks with the root
of the number of inputs, so that sums over many inputs start no larger than sums over few.
"""

import math

import torch
from torch import Tensor, nn

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


class Dense(nn.Module):
    """The layer x @ weight.T + bias, with weight `(out, in)` and bias `(out,)` or None."""

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, generator: torch.Generator | None = None
    ):
        """Draw weight and then bias uniformly between -k and k, with k = 1 / sqrt(in_features)."""
        super().__init__()
        k = 1 / math.sqrt(in_features)

        def draw(*shape: int) -> nn.Parameter:
            u = torch.rand(shape, generator=generator)
            return nn.Parameter(u * 2 * k - k)  # a Parameter that becomes an attribute is registered by the module

        self.weight = draw(out_features, in_features)
        self.bias = draw(out_features) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Scores `(n, out)` of rows x `(n, in)`."""
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias


class MLP(nn.Module):
    """Dense layers with an activation after each but the last."""

    def __init__(self, sizes: list[int], activation: str = "relu", generator: torch.Generator | None = None):
        """One layer for each pair of neighbours in `sizes`. Raises ValueError for < 2 sizes or an unknown activation."""
        super().__init__()
        if len(sizes) < 2:
            raise ValueError(f"sizes needs inputs and outputs at least, got {sizes}")
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation {activation!r} is not one of {', '.join(ACTIVATIONS)}")
        self.activate = ACTIVATIONS[activation]
        # A plain list would hide the layers from parameters(), state_dict() and to().
        self.layers = nn.ModuleList(Dense(d, m, generator=generator) for d, m in zip(sizes, sizes[1:]))

    def forward(self, x: Tensor) -> Tensor:
        """Raw scores `(n, sizes[-1])` of rows x `(n, sizes[0])`."""
        *hidden, last = self.layers
        for layer in hidden:
            x = self.activate(layer(x))
        return last(x)

    @torch.no_grad()
    def predict(self, x: Tensor) -> Tensor:
        """The class of the highest score of each row, int64 `(n,)`."""
        return self(x).argmax(-1)


def count_parameters(model: nn.Module, trainable_only: bool = True) -> int:
    """The number of entries of all parameters, or of those that require gradients."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable_only)
