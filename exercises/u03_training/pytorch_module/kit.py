"""What the checks do with your modules: look inside, give them weights, run them. You may use it to try things out."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def names_and_shapes(module: nn.Module) -> dict:
    """What the module knows of itself: names and shapes of its parameters and of its state dict."""
    return {
        "named_parameters": {name: list(p.shape) for name, p in sorted(module.named_parameters())},
        "state_dict": {name: list(value.shape) for name, value in sorted(module.state_dict().items())},
    }


def kinds(model: nn.Module, Dense: type) -> dict:
    """Of which kinds the parts of an MLP are."""
    parts = [part for layer in model.layers for part in (layer.weight, layer.bias)]
    return {
        "layers is an nn.ModuleList": isinstance(model.layers, nn.ModuleList),
        "its entries are Dense": [isinstance(layer, Dense) for layer in model.layers],
        "weights and biases are nn.Parameter": [isinstance(part, nn.Parameter) for part in parts],
        "they require gradients": [part.requires_grad for part in parts],
    }


def starting_values(module: nn.Module, like: Tensor) -> dict[str, Tensor]:
    """Copies of the weights and biases, on the device of `like`."""
    return {name: part.detach().clone().to(like.device) for name, part in parts_of(module).items()}


def scores(module: nn.Module, values: list[Tensor], x: Tensor) -> dict:
    """The output for x, twice, after weights and biases were set to `values`, and whether it hangs on a graph."""
    fill(module, values)
    out = module(x)
    return {"scores": out.detach(), "scores again": module(x).detach(), "scores require gradients": out.requires_grad}


def gradients(model: nn.Module, values: list[Tensor], x: Tensor, y: Tensor) -> dict[str, Tensor]:
    """The gradients that a backward pass from the mean cross entropy leaves behind, where it leaves one."""
    fill(model, values)
    F.cross_entropy(model(x), y).backward()
    return {f"{name}.grad": part.grad.clone() for name, part in parts_of(model).items() if part.grad is not None}


def predictions(model: nn.Module, values: list[Tensor], x: Tensor, training: bool) -> dict:
    """What `predict` returns in training or evaluation mode, and what it did on the way.

    Autograd stores tensors for the way back exactly when gradients are tracked: the hook counts them.
    """
    fill(model, values)
    model.train(training)
    stored = []

    def note(tensor):
        stored.append(tuple(tensor.shape))
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        labels = model.predict(x)
    return {
        "labels": labels,
        "a graph was built": bool(stored),
        "training mode afterwards": model.training,
        "gradients tracked afterwards": torch.is_grad_enabled(),
    }


def moved(model: nn.Module, x: Tensor) -> dict:
    """Move the model to the device and the dtype of x and tell what became of it."""
    model = model.to(device=x.device, dtype=x.dtype)
    out = model(x)
    return {
        "dtypes of the parameters": {name: part.dtype for name, part in parts_of(model).items()},
        "parameters on the device of x": {name: part.device == x.device for name, part in parts_of(model).items()},
        "dtype of the scores": out.dtype,
        "scores on the device of x": out.device == x.device,
    }


def counts(count_parameters, module: nn.Module, frozen: tuple[str, ...] = ()) -> dict:
    """Both counts after the named parameters were frozen."""
    for name in frozen:
        module.get_parameter(name).requires_grad_(False)
    return {
        "trainable": count_parameters(module),
        "all": count_parameters(module, trainable_only=False),
    }


def make_normed() -> nn.Module:
    """A module of PyTorch's own: 4 weights and 4 biases, and buffers with the running statistics."""
    return nn.BatchNorm1d(4)


def make_and_use(MLP, sizes: list[int], activation: str, x: Tensor) -> Tensor:
    """Make a model, move it to x, call it."""
    return MLP(sizes, activation=activation).to(device=x.device, dtype=x.dtype)(x).detach()


def parts_of(module: nn.Module) -> dict[str, Tensor]:
    """Weights and biases by name, of an MLP or of a single Dense, also when the module doesn't know them itself."""
    layers = (
        {f"layers.{i}.": layer for i, layer in enumerate(module.layers)} if hasattr(module, "layers") else {"": module}
    )
    named = {f"{prefix}{part}": getattr(layer, part) for prefix, layer in layers.items() for part in ("weight", "bias")}
    return {name: part for name, part in named.items() if part is not None}


def fill(module: nn.Module, values: list[Tensor]) -> None:
    """Move the module to device and dtype of the values and copy them in: weight, bias, weight, bias, and so on."""
    module.to(device=values[0].device, dtype=values[0].dtype)
    with torch.no_grad():
        for part, value in zip(parts_of(module).values(), values, strict=True):
            part.copy_(value)
