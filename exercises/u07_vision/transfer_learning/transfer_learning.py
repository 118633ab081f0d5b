"""Adapting a trained classifier to a new task: new head, frozen body, two learning rates.

A parameter belongs to the head when its name in the model is the head's name, or begins with the head's name and a dot.
"""

import torch
from torch import Tensor, nn


def replace_head(model: nn.Module, head: str, num_classes: int, generator: torch.Generator | None = None) -> nn.Linear:
    """Put a fresh linear layer for `num_classes` classes in the place of the model's attribute `head`, and return it.

    The new layer has the input width, dtype and device of the old one, and trains. Its weight is a normal draw of
    float64 numbers with `generator` (a CPU generator), of the weight's shape, times 0.01; its bias is zero.

    Raises ValueError, before anything is changed, if `head` is missing or is no `nn.Linear`, or if `num_classes` is
    below 2.
    """
    raise NotImplementedError


def freeze_backbone(model: nn.Module, head: str) -> list[str]:
    """Let the parameters of the head require gradients, and all others not; return the names of the former, in order.

    Raises ValueError, before anything is changed, if no parameter belongs to the head.
    """
    raise NotImplementedError


def finetune_mode(model: nn.Module, head: str) -> None:
    """Put the whole model into training mode, except the batch norms outside the head: those into evaluation mode."""
    raise NotImplementedError


def param_groups(model: nn.Module, head: str, head_lr: float, backbone_lr: float) -> list[dict]:
    """Groups for an optimizer of torch: dicts with the keys "params" (a list) and "lr".

    The first has the parameters of the head and `head_lr`. If there are parameters outside the head that require
    gradients, a second has those and `backbone_lr`. Each parameter is in one group only.

    Raises ValueError if a rate is negative.
    """
    raise NotImplementedError
