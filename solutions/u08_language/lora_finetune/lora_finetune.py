"""Low-rank adapters for linear layers, and the pooling of a sequence into one vector.

"LoRA: Low-Rank Adaptation of Large Language Models", Hu et al., 2022.
"""

import math

import torch
from torch import Tensor, nn


class LoRALinear(nn.Module):
    """A frozen linear layer with a low-rank update beside it: base(x) + scale * x A^T B^T (Hu et al., equation 3)."""

    def __init__(self, base: nn.Linear, r: int, alpha: float, generator: torch.Generator | None = None):
        """Freeze `base`, draw A (r, in), and begin with B (out, r) at zero, so that nothing changes at the start.

        Raises ValueError if r < 1 or alpha <= 0.
        """
        super().__init__()
        if r < 1:
            raise ValueError(f"the rank must be at least 1, got {r}")
        if alpha <= 0:
            raise ValueError(f"alpha must be above 0, got {alpha}")
        self.base = base.requires_grad_(False)
        # Drawn in float64 on the CPU whatever the layer is, so that a seed means the same adapter everywhere.
        drawn = torch.randn((r, base.in_features), generator=generator, dtype=torch.float64)
        self.A = nn.Parameter((drawn / math.sqrt(base.in_features)).to(base.weight))
        self.B = nn.Parameter(base.weight.new_zeros(base.out_features, r))
        self.scale = alpha / r

    def forward(self, x: Tensor) -> Tensor:
        """Return the adapted output (..., out) of x (..., in)."""
        return self.base(x) + self.scale * (x @ self.A.T @ self.B.T)

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """Return one linear layer that does the same; this one and its base stay as they are."""
        weight, bias = self.base.weight, self.base.bias
        out_features, in_features = weight.shape
        layer = nn.Linear(in_features, out_features, bias is not None, device=weight.device, dtype=weight.dtype)
        layer.weight.copy_(weight + self.scale * self.B @ self.A)
        if bias is not None:
            layer.bias.copy_(bias)
        return layer


def add_lora(model: nn.Module, r: int, alpha: float, names: set[str], generator: torch.Generator | None = None) -> int:
    """Replace every linear layer whose attribute name is in `names`, freeze all the rest, and return their number.

    Raises ValueError if there is none, or if r or alpha is out of range; the model is as before then.
    """
    found = [
        (path, layer)
        for path, layer in model.named_modules()
        if isinstance(layer, nn.Linear) and path.rpartition(".")[2] in names
    ]
    if not found:
        raise ValueError(f"the model has no linear layer with a name in {sorted(names)}")
    adapters = [LoRALinear(layer, r, alpha, generator) for _, layer in found]
    model.requires_grad_(False)  # the adapters are not part of the model yet, so they stay trainable
    for (path, _), adapter in zip(found, adapters):
        parent, _, name = path.rpartition(".")
        setattr(model.get_submodule(parent), name, adapter)
    return len(found)


def trainable_fraction(model: nn.Module) -> float:
    """Return the share of the model's parameter entries that are trained."""
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return trainable / sum(p.numel() for p in model.parameters())


def last_token_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    """Return for each row of hidden (B, T, C) the vector at the last True of mask (B, T): (B, C).

    Raises ValueError if the shape of the mask is not (B, T), or if one of its rows has no True.
    """
    if mask.shape != hidden.shape[:2]:
        raise ValueError(f"mask {tuple(mask.shape)} does not fit hidden vectors {tuple(hidden.shape)}")
    if not mask.any(dim=1).all():
        raise ValueError("a sequence without any token has no last one")
    places = torch.arange(mask.shape[1], device=mask.device)
    last = places.masked_fill(~mask, -1).amax(dim=1)
    return hidden[torch.arange(len(hidden), device=hidden.device), last.to(hidden.device)]
