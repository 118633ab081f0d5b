"""Adapting a trained classifier to a new task.

The recipe is that of "How transferable are features in deep neural networks?" (Yosinski, Clune, Bengio and Lipson, 2014):
keep what the first layers have learned, and train what is left with what little data there is.
"""

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


def _in_head(name: str, head: str) -> bool:
    """The dot matters: `fc_pre.weight` is no part of `fc`."""
    return name == head or name.startswith(head + ".")


def replace_head(model: nn.Module, head: str, num_classes: int, generator: torch.Generator | None = None) -> nn.Linear:
    """Small weights: at the start every class is about equally likely, and the body gets small gradients."""
    old = getattr(model, head, None)
    if not isinstance(old, nn.Linear):
        raise ValueError(f"the model has no linear layer called {head!r}")
    if num_classes < 2:
        raise ValueError(f"num_classes must be at least 2, got {num_classes}")
    new = nn.Linear(old.in_features, num_classes, device=old.weight.device, dtype=old.weight.dtype)
    # Drawn on the CPU in float64, so that the numbers are the same for every dtype and device.
    draw = torch.randn(new.weight.shape, generator=generator, dtype=torch.float64)
    with torch.no_grad():
        new.weight.copy_(draw * 0.01)
        new.bias.zero_()
    setattr(model, head, new)
    return new


def freeze_backbone(model: nn.Module, head: str) -> list[str]:
    """No gradients for the body: they are neither needed nor computed."""
    in_head = [name for name, _ in model.named_parameters() if _in_head(name, head)]
    if not in_head:
        raise ValueError(f"no parameter belongs to {head!r}")
    for name, p in model.named_parameters():
        p.requires_grad_(name in in_head)
    return in_head


def finetune_mode(model: nn.Module, head: str) -> None:
    """A batch norm in training mode overwrites its running statistics, whether its parameters are frozen or not."""
    model.train()
    for name, layer in model.named_modules():
        if isinstance(layer, _BatchNorm) and not _in_head(name, head):
            layer.eval()


def param_groups(model: nn.Module, head: str, head_lr: float, backbone_lr: float) -> list[dict]:
    """The fresh head may move fast; what is left of the body should keep most of what it knows."""
    if head_lr < 0 or backbone_lr < 0:
        raise ValueError("learning rates must be zero or positive")
    head_params, body_params = [], []
    for name, p in model.named_parameters():
        if _in_head(name, head):
            head_params.append(p)
        elif p.requires_grad:
            body_params.append(p)
    groups = [{"params": head_params, "lr": head_lr}]
    if body_params:
        groups.append({"params": body_params, "lr": backbone_lr})
    return groups
