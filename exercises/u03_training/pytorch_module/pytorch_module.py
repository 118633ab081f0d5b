"""Your own modules: a dense layer, a network of such layers, and a count of its parameters."""

import torch
from torch import Tensor, nn


class Dense(nn.Module):
    """The layer x @ weight.T + bias.

    weight: an `nn.Parameter` of shape (out_features, in_features).
    bias: an `nn.Parameter` of shape (out_features,), or None if the layer was made with bias=False.
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, generator: torch.Generator | None = None
    ):
        """Draw the initial values, float32, between -k and k with k = 1 / sqrt(in_features).

        First the weight, `torch.rand((out_features, in_features), generator=generator)` stretched to that range, then,
        if there is one, the bias, in the same way from `torch.rand((out_features,), generator=generator)`.
        """
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores (n, out_features) of rows x (n, in_features). Gradients flow."""
        raise NotImplementedError


class MLP(nn.Module):
    """Dense layers with an activation after each but the last.

    layers: an `nn.ModuleList` of `Dense`, first to last.
    """

    def __init__(self, sizes: list[int], activation: str = "relu", generator: torch.Generator | None = None):
        """Make one layer, with bias, for each pair of neighbours in `sizes`, first to last, all from `generator`.

        sizes: number of inputs, hidden units of each layer, number of outputs; two entries make a single layer.
        activation: "relu", "tanh" or "sigmoid".
        Raises ValueError for fewer than two sizes and for an unknown activation.
        """
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return the raw scores (n, sizes[-1]) of rows x (n, sizes[0]). Gradients flow."""
        raise NotImplementedError

    def predict(self, x: Tensor) -> Tensor:
        """Return the class with the highest score of each row: int64, (n,). No gradients are tracked on the way.

        The mode of the model, training or evaluation, is afterwards what it was before.
        """
        raise NotImplementedError


def count_parameters(model: nn.Module, trainable_only: bool = True) -> int:
    """Return how many numbers the parameters of any module hold.

    trainable_only: count only parameters with `requires_grad`. Buffers are no parameters and never count.
    """
    raise NotImplementedError
