"""What the checks do with your model: look inside, fill it, run it, train it. You may use it to try things out."""

from itertools import groupby

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def inside(module: nn.Module) -> dict:
    """Names and shapes of the parameters (shared ones under each of their names), and how many numbers they hold."""
    return {
        "parameters": {name: list(p.shape) for name, p in sorted(module.named_parameters(remove_duplicate=False))},
        "how many numbers": sum(p.numel() for p in module.parameters()),
        "all of them are trained": all(p.requires_grad for p in module.parameters()),
    }


def tied(model: nn.Module) -> bool:
    """Whether the head and the token embedding hold the very same parameter."""
    return model.head.weight is model.tok_emb.weight


def parts_of(module: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters by name, in the order of their names; the shared matrix as tok_emb.weight only."""
    named = dict(module.named_parameters(remove_duplicate=False))
    if "tok_emb.weight" in named:
        named.pop("head.weight", None)
    return dict(sorted(named.items()))


def fill(module: nn.Module, numbers: Tensor) -> nn.Module:
    """Move the module to device and dtype of `numbers` (1-dimensional) and cut them up into its parameters.

    The parameters come in the order of their names. The gains of the norms become 1 + number.
    """
    module.to(device=numbers.device, dtype=numbers.dtype)
    parts = parts_of(module)
    sizes = [p.numel() for p in parts.values()]
    if sum(sizes) != len(numbers):
        raise AttributeError(f"The model holds {sum(sizes)} numbers where {len(numbers)} are due: compare its layers.")
    with torch.no_grad():
        for (name, p), values in zip(parts.items(), numbers.split(sizes)):
            is_gain = name.split(".")[-2:][0] in ("ln1", "ln2", "ln_f") and name.endswith("weight")
            p.copy_(values.reshape(p.shape) + (1 if is_gain else 0))
        if hasattr(module, "head") and not tied(module):
            module.head.weight.copy_(module.tok_emb.weight)
    return module


def make(TinyGPT, sizes: list[int], numbers: Tensor) -> nn.Module:
    """A model of these sizes (vocabulary, block, layers, heads, width) that is filled with `numbers`."""
    return fill(TinyGPT(*sizes), numbers)


def block_output(Block, n_embd: int, n_head: int, numbers: Tensor, x: Tensor) -> Tensor:
    """What a block that is filled with `numbers` makes of x."""
    return fill(Block(n_embd, n_head), numbers)(x).detach()


def make_and_call(Module, sizes: list[int], x: Tensor) -> bool:
    """Make a module of these sizes on the device of x, and call it."""
    module = Module(*sizes).to(x.device)
    return module(x.float() if x.is_floating_point() else x) is not None


def outputs(model: nn.Module, idx: Tensor) -> dict:
    """Logits without targets, and what stands in the place of the loss."""
    logits, loss = model(idx)
    return {"logits": logits.detach(), "loss without targets": loss}


def losses(model: nn.Module, idx: Tensor, targets: Tensor) -> dict:
    """Logits and loss with targets, and the gradients that a backward pass from the loss leaves behind."""
    model.zero_grad()
    logits, loss = model(idx, targets)
    loss.backward()
    return {
        "logits": logits.detach(),
        "loss": loss.detach(),
        "gradients": {name: p.grad.clone() for name, p in parts_of(model).items() if p.grad is not None},
    }


class Scripted(nn.Module):
    """Stands in for a trained model. Its logits are rows of a table; every token of the context counts for which.

    Notes for each call its mode and whether gradients are tracked.
    """

    def __init__(self, table: Tensor, block_size: int) -> None:
        nn.Module.__init__(self)
        self.table, self.block_size = nn.Parameter(table.clone()), block_size
        self.calls: list[str] = []

    def forward(self, idx: Tensor, targets: Tensor | None = None) -> tuple[Tensor, None]:
        length = idx.shape[1]
        if length > self.block_size:
            raise IndexError(f"The model can't read {length} tokens at once, only {self.block_size}.")
        mode = "training mode" if self.training else "evaluation mode"
        self.calls.append(f"{mode}, {'with' if torch.is_grad_enabled() else 'without'} gradients")
        rows = (idx.cumsum(dim=1) + length) % len(self.table)
        return self.table[rows], None


def continued(generate, model: nn.Module, idx: Tensor, u: Tensor, *, training: bool = True, **settings) -> dict:
    """Let `generate` continue idx, one token for each column of u, and tell in which state it leaves the model."""
    model.train(training)
    tokens = generate(model, idx, u.shape[1], u, **settings)
    return {
        "tokens": tokens,
        "mode afterwards": "training" if model.training else "evaluation",
        "gradients tracked afterwards": torch.is_grad_enabled(),
        "how the model was called": [call for call, _ in groupby(getattr(model, "calls", []))],
    }


def train(model: nn.Module, idx: Tensor, targets: Tensor, *, lr: float, steps: int, enough: float) -> dict:
    """Train with AdamW on one batch until the model's loss is below `enough`.

    Returns its first loss, and the cross entropy of the logits at the end.
    """
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
    first = None
    for _ in range(steps):
        optimizer.zero_grad()
        _, loss = model(idx, targets)
        first = loss.item() if first is None else first
        loss.backward()
        optimizer.step()
        if loss.item() < enough:
            break
    with torch.no_grad():
        logits, _ = model(idx)
    return {"first": first, "last": F.cross_entropy(logits.flatten(0, 1), targets.flatten()).item()}
