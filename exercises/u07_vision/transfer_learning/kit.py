"""Two small models, and reports about a model in plain values. You may use all of it to try things out.

`like` is any floating tensor: the model gets its dtype and device.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Small(nn.Module):
    """conv - bn - dropout - fc_pre - fc, from images `(N, 1, H, W)` to five classes."""

    def __init__(self, like: Tensor, seed: int = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.drop = nn.Dropout(0.5)
        self.fc_pre = nn.Linear(4, 6)
        self.fc = nn.Linear(6, 5)
        fill(self, like, seed)

    def forward(self, x: Tensor) -> Tensor:
        features = F.relu(self.bn(self.conv(x))).mean((2, 3))
        return self.fc(F.relu(self.fc_pre(self.drop(features))))


class Large(nn.Module):
    """A body and a head of several layers each, a norm whose name begins like the head's, and a single number."""

    def __init__(self, like: Tensor, seed: int = 0) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.3), nn.Linear(4, 4))
        self.head_norm = nn.BatchNorm1d(4)
        self.head = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
        self.scale = nn.Parameter(torch.ones(()))
        fill(self, like, seed)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.head_norm(self.body(x))) * self.scale


def fill(model: nn.Module, like: Tensor, seed: int) -> None:
    """Numbers between 0.5 and 1.5 with the dtype and device of `like`, half of them negative where that makes sense."""
    model.to(like.device, like.dtype)
    draw = torch.Generator().manual_seed(seed)
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            numbers = 0.5 + torch.rand(tensor.shape, generator=draw, dtype=torch.float64)
            sign = torch.rand(tensor.shape, generator=draw, dtype=torch.float64) < 0.5
            tensor.copy_(numbers if "running" in name else torch.where(sign, -numbers, numbers))


def state(model: nn.Module) -> dict[str, Tensor]:
    """Copies of all parameters and running statistics by name."""
    return {k: t.detach().clone() for k, t in model.state_dict().items() if t.is_floating_point()}


def head_facts(model: nn.Module, head: str, returned) -> dict:
    """The layer that stands in the model under the name `head` now, in plain values."""
    layer = getattr(model, head)
    return {
        "kind": type(layer).__name__,
        "is what was returned": layer is returned,
        "weight": layer.weight.detach().clone(),
        "bias": None if layer.bias is None else layer.bias.detach().clone(),
        "trains": [layer.weight.requires_grad, layer.bias is not None and layer.bias.requires_grad],
        "widths": [layer.in_features, layer.out_features],
    }


def trainable(model: nn.Module) -> list[str]:
    """The names of all parameters that require gradients, in order."""
    return [name for name, p in model.named_parameters() if p.requires_grad]


def set_trainable(model: nn.Module, flags: list[bool]) -> None:
    """Say for each parameter, in order, whether it requires gradients."""
    for p, flag in zip(model.parameters(), flags, strict=True):
        p.requires_grad_(flag)


def modes(model: nn.Module) -> dict[str, bool]:
    """Whether the model as a whole (""), and each layer without layers inside, is in training mode."""
    layers = {name: layer for name, layer in model.named_modules() if not name or not list(layer.children())}
    return {name: layer.training for name, layer in layers.items()}


def moved_by_running(model: nn.Module, x: Tensor) -> list[str]:
    """Which entries of the state dict change when the model is run once, without any step."""
    before = state(model)
    model(x)
    return changed(before, state(model))


def named_groups(param_groups, model: nn.Module, head: str, head_lr: float, backbone_lr: float) -> list[dict]:
    """The groups with the names of their parameters, sorted, in place of the parameters."""
    names = {id(p): name for name, p in model.named_parameters()}
    return [
        {"params": sorted(names.get(id(p), "not in the model") for p in group["params"]), "lr": group["lr"]}
        for group in param_groups(model, head, head_lr, backbone_lr)
    ]


def fine_tune(student, model: nn.Module, head: str, x: Tensor, y: Tensor, steps: int) -> list[str]:
    """New head, frozen body, and some steps of SGD; which entries of the state dict have changed by the steps.

    `student` has your four functions, by name.
    """
    student["replace_head"](model, head, 3, generator=torch.Generator().manual_seed(1))
    student["freeze_backbone"](model, head)
    student["finetune_mode"](model, head)
    optimizer = torch.optim.SGD(student["param_groups"](model, head, 0.5, 0.05), weight_decay=0.1)
    before = state(model)
    for _ in range(steps):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
    return changed(before, state(model))


def changed(before: dict[str, Tensor], after: dict[str, Tensor]) -> list[str]:
    return [name for name, old in before.items() if not torch.equal(old, after[name])]
