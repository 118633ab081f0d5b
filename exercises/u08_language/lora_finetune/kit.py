"""What the checks do with your adapters: make them, fill them, merge them. You may use it to try things out."""

import torch
from torch import Tensor, nn


def linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    """A linear layer with copies of this weight (out, in) and bias (out,), or without a bias."""
    out, inputs = weight.shape
    layer = nn.Linear(inputs, out, bias=bias is not None, device=weight.device, dtype=weight.dtype)
    values = {"weight": weight} if bias is None else {"weight": weight, "bias": bias}
    layer.load_state_dict(values)
    return layer


def adapter(LoRALinear, weight, bias, r, alpha, generator=None, B=None) -> nn.Module:
    """An adapted layer; with B, this is what its second factor has become by training."""
    layer = LoRALinear(linear(weight, bias), r, alpha, generator=generator)
    if B is not None:
        fill(layer, B)
    return layer


def fill(layer: nn.Module, B: Tensor, A: Tensor | None = None) -> None:
    """Put these numbers into the second factor of an adapted layer, and into the first, if there are some for it."""
    with torch.no_grad():
        layer.B.copy_(B)
        if A is not None:
            layer.A.copy_(A)


def contents(layer: nn.Module) -> dict:
    """Factors and scale of an adapted layer."""
    return {"A": layer.A.detach().clone(), "B": layer.B.detach().clone(), "scale": layer.scale}


def output(layer: nn.Module, x: Tensor) -> Tensor:
    """What a layer makes of x."""
    return layer(x).detach()


def trained(model: nn.Module) -> dict[str, bool]:
    """For every parameter by name, whether it would be trained."""
    return {name: p.requires_grad for name, p in sorted(model.named_parameters())}


def backward(layer: nn.Module, x: Tensor, top: Tensor) -> dict:
    """Output, and the gradients that belong to the sum of output * top, where there are any."""
    layer.zero_grad()
    x = x.detach().clone().requires_grad_(True)
    out = layer(x)
    (out * top).sum().backward()
    found = {"output": out.detach(), "gradient of x": x.grad}
    return found | {f"gradient of {name}": p.grad for name, p in layer.named_parameters() if p.grad is not None}


def merge(layer: nn.Module, x: Tensor, later: Tensor) -> dict:
    """Merge an adapted layer, merge it once more, and then change its second factor to `later`."""
    before = {"weight of the base before": layer.base.weight.detach().clone(), "adapted before": output(layer, x)}
    first, second = layer.merged(), layer.merged()
    found = {
        **before,
        "an nn.Linear": isinstance(first, nn.Linear) and first is not layer.base,
        "merged": output(first, x),
        "weight of the merged layer": first.weight.detach().clone(),
        "bias of the merged layer": None if first.bias is None else first.bias.detach().clone(),
        "merged once more": output(second, x),
        "adapted after": output(layer, x),
        "weight of the base after": layer.base.weight.detach().clone(),
    }
    fill(layer, later)
    return found | {"merged, after the adapter has changed": output(first, x)}


class Mixer(nn.Module):
    """Something like an attention block, with linear layers q, v, o and pre_q, and a norm with the name k."""

    def __init__(self, width: int) -> None:
        nn.Module.__init__(self)
        self.k = nn.LayerNorm(width)
        self.pre_q = nn.Linear(width, width)
        self.v, self.q = nn.Linear(width, width), nn.Linear(width, width, bias=False)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.Tanh(), nn.Linear(2 * width, width))
        self.o = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.k(x)
        return x + self.o(torch.tanh(self.q(self.pre_q(x))) * self.v(x)) + self.mlp(x)


class Reader(nn.Module):
    """Embeddings, a linear layer of the name q, two mixers, a head: 20 tokens, 3 classes."""

    def __init__(self, width: int) -> None:
        nn.Module.__init__(self)
        self.emb = nn.Embedding(20, width)
        self.mixers = nn.ModuleList([Mixer(width), Mixer(width)])
        self.q = nn.Linear(width, width)
        self.head = nn.Linear(width, 3)

    def forward(self, idx: Tensor) -> Tensor:
        x = self.q(self.emb(idx))
        for mixer in self.mixers:
            x = mixer(x)
        return self.head(x)


def reader(width: int, like: Tensor) -> nn.Module:
    """A Reader with fixed weights, on device and dtype of `like`."""
    model = Reader(width).to(device=like.device, dtype=like.dtype)
    with torch.no_grad():
        for i, p in enumerate(model.parameters()):
            waves = torch.sin(torch.arange(1, p.numel() + 1, dtype=torch.float64) ** 1.3 + i)
            p.copy_(0.5 * waves.reshape(p.shape))
    return model


def adapt(
    add_lora, LoRALinear, model: nn.Module, r: int, alpha: float, names: list[str], idx: Tensor, generator
) -> dict:
    """Add adapters to a model, and tell what has become of it."""
    before = output(model, idx)
    return {
        "replaced": add_lora(model, r, alpha, set(names), generator=generator),
        "adapters": sorted(path for path, module in model.named_modules() if isinstance(module, LoRALinear)),
        "trained": [name for name, flag in trained(model).items() if flag],
        "output before": before,
        "output": output(model, idx),
    }


def factors(model: nn.Module) -> dict[str, Tensor]:
    """The first factors of all adapters in a model."""
    return {name: p.detach().clone() for name, p in model.named_parameters() if name.endswith(".A")}


def shape_of(model: nn.Module) -> dict:
    """The kinds of all modules, and the parameters that would be trained: what a refused call must leave alone."""
    return {"modules": [type(module).__name__ for module in model.modules()], "trained": trained(model)}


def add(add_lora, model: nn.Module, r: int, alpha: float, names: list[str]) -> int:
    """Add adapters and nothing else."""
    return add_lora(model, r, alpha, set(names))


def pool(last_token_pool, hidden: Tensor, mask: Tensor, top: Tensor) -> dict:
    """The pooled vectors, and the gradient of `hidden` that belongs to the sum of pooled * top."""
    hidden = hidden.detach().clone().requires_grad_(True)
    pooled = last_token_pool(hidden, mask)
    (pooled * top).sum().backward()
    return {"pooled": pooled.detach(), "gradient": hidden.grad}
