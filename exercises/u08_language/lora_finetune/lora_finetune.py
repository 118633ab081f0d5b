"""Low-rank adapters beside frozen linear layers, and the pooling of a sequence into one vector."""

import torch
from torch import Tensor, nn


class LoRALinear(nn.Module):
    """A frozen linear layer with a low-rank update beside it.

    base: the layer, as a submodule; its parameters are not trained.
    A (r, in) and B (out, r): parameters that are trained.
    scale: alpha / r, a float.
    """

    def __init__(self, base: nn.Linear, r: int, alpha: float, generator: torch.Generator | None = None):
        """Wrap `base`, with or without bias, and freeze it.

        A is `torch.randn((r, in), generator=generator, dtype=torch.float64)`, divided by the root of `in`, and then
        cast to the dtype and device of the base's weight. B is zero.
        Raises ValueError if r < 1 or alpha <= 0.
        """
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return base(x) plus scale times x A^T B^T: (..., out) for x (..., in). Gradients flow to x, A and B."""
        raise NotImplementedError

    def merged(self) -> nn.Linear:
        """Return a new `nn.Linear` with the weight W + scale * B A and the same bias, or none if the base has none.

        Dtype and device are those of the base. This layer and its base stay as they are.
        """
        raise NotImplementedError


def add_lora(model: nn.Module, r: int, alpha: float, names: set[str], generator: torch.Generator | None = None) -> int:
    """Put a `LoRALinear` in the place of every `nn.Linear` whose attribute name is in `names`, at any depth.

    The layers are wrapped in the order in which `model.named_modules()` lists them, all from the one generator.
    Everything in the model but the A's and B's is frozen.

    Returns how many layers were replaced.
    Raises ValueError if there is none to replace, if r < 1 or if alpha <= 0; the model is then as it was.
    """
    raise NotImplementedError


def trainable_fraction(model: nn.Module) -> float:
    """Return the share of all parameter entries of the model that require a gradient, from 0 to 1."""
    raise NotImplementedError


def last_token_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    """Return for each sequence of hidden (B, T, C) the vector at the last True of its mask: (B, C). Gradients flow.

    mask: bool, (B, T), True for a real token. Padding may be on either side.
    Raises ValueError if the mask has another shape, or if one of its rows has no True.
    """
    raise NotImplementedError
