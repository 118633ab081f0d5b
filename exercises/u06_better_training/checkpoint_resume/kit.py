"""What the checks save and resume: a small network with everything that makes resuming hard, and runs that take notes.

Each function gets your functions or your class, builds models on copies of the tensors that it is handed (same device,
same dtype), and returns plain values. You may use them to try things out.
"""

from typing import Any

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Dropout at rate 0.5 whose masks come from the CPU's random stream, whatever device the data is on."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        return x * 2 * (torch.rand(x.shape) >= 0.5).to(x)


def network(first: Tensor, last: Tensor) -> nn.Sequential:
    """Linear, batch norm, tanh, dropout, linear, with weights `first` (hidden, inputs) and `last` (outputs, hidden)."""
    like = {"dtype": first.dtype, "device": first.device}
    hidden, inputs = first.shape
    net = nn.Sequential(
        nn.Linear(inputs, hidden, bias=False, **like),
        nn.BatchNorm1d(hidden, **like),
        nn.Tanh(),
        Dropout(),
        nn.Linear(hidden, len(last), **like),
    )
    with torch.no_grad():
        net[0].weight.copy_(first)
        net[4].weight.copy_(last)
        net[4].bias.zero_()
    return net


def optimizer_for(net: nn.Module, kind: str, lr: float) -> torch.optim.Optimizer:
    """SGD with momentum ("sgd") or Adam ("adam")."""
    if kind == "sgd":
        return torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    return torch.optim.Adam(net.parameters(), lr=lr, eps=0.1)


def train(net: nn.Module, optimizer: torch.optim.Optimizer, X: Tensor, y: Tensor, epochs: int) -> None:
    """So many epochs of one full batch each, with the squared error."""
    net.train()
    for _ in range(epochs):
        optimizer.zero_grad()
        (net(X) - y).square().mean().backward()
        optimizer.step()


def resume(save, load, first, last, X, y, *, kind="sgd", before=3, after=3, on_cpu=False):
    """Train, save, train on; then load into new objects in a new "program" and train on there, too.

    The new objects begin with other weights and another learning rate, and the global seed is another one.
    on_cpu: the new objects are on the CPU, wherever the old ones are.
    Returns the state of both runs at the end.
    """
    torch.manual_seed(11)
    net = network(first, last)
    optimizer = optimizer_for(net, kind, lr=0.05)
    train(net, optimizer, X, y, before)
    ckpt = save(net, optimizer, before)
    train(net, optimizer, X, y, after)

    torch.manual_seed(22)
    where = torch.device("cpu") if on_cpu else first.device
    again = network(0.5 * first.to(where) + 0.1, last.to(where) - 0.1)
    optimizer_again = optimizer_for(again, kind, lr=0.3)
    load(ckpt, again, optimizer_again)
    train(again, optimizer_again, X.to(where), y.to(where), after)
    return {
        "uninterrupted": state_of(net, optimizer, first.device),
        "resumed": state_of(again, optimizer_again, first.device),
    }


def snapshots(save, load, first, last, X, y, *, kind="sgd"):
    """What one checkpoint holds at once, after training on, and after loading it and training on from there."""
    torch.manual_seed(33)
    net = network(first, last)
    optimizer = optimizer_for(net, kind, lr=0.05)
    train(net, optimizer, X, y, 2)
    extra = {"best": [0.5, 0.25], "note": {"name": "ada"}}
    ckpt = save(net, optimizer, 1, extra=extra)
    seen = {"at once": contents(ckpt, first.device)}

    train(net, optimizer, X, y, 2)
    extra["best"].append(0.125)
    extra["note"]["name"] = "bob"
    seen["after training on"] = contents(ckpt, first.device)

    again = network(last.new_zeros(first.shape), last)
    optimizer_again = optimizer_for(again, kind, lr=0.3)
    load(ckpt, again, optimizer_again)
    train(again, optimizer_again, X, y, 2)
    seen["after loading it and training on"] = contents(ckpt, first.device)
    return seen


def look_into(save, first, last, X, y, *, epoch, kind="adam"):
    """What a checkpoint holds, the random state when it was made, and the kinds of device of its tensors."""
    torch.manual_seed(33)
    net = network(first, last)
    optimizer = optimizer_for(net, kind, lr=0.05)
    train(net, optimizer, X, y, 2)
    random_state = torch.get_rng_state()
    ckpt = save(net, optimizer, epoch, extra={"lr": [0.1, 0.05]})
    return {
        "missing keys": [key for key in ("model", "optimizer", "epoch", "rng", "extra") if key not in ckpt],
        "epoch": ckpt["epoch"],
        "extra": ckpt["extra"],
        "extra when there is none": save(net, optimizer, epoch)["extra"],
        "devices": sorted({tensor.device.type for tensor in tensors_in([ckpt["model"], ckpt["optimizer"]])}),
        "rng": ckpt["rng"].tolist(),
        "random state when it was made": random_state.tolist(),
        "contents": contents(ckpt, first.device),
    }


def next_epoch(save, load, first, last, *, epoch, with_optimizer=True):
    """What `load` returns for a checkpoint of an untrained model, and the weights of the model loaded into."""
    net = network(first, last)
    optimizer = optimizer_for(net, "sgd", lr=0.05)
    ckpt = save(net, optimizer, epoch)
    again = network(first + 1, last + 1)
    rest = [optimizer_for(again, "sgd", lr=0.3)] if with_optimizer else []
    return {"next epoch": load(ckpt, again, *rest), "weights": state_of(again, None, first.device)}


def load_into_another(save, load, first, last, *, longer=True):
    """Load a checkpoint into a network that has one layer more (longer=True) or one layer less than the saved one."""
    net = network(first, last)
    ckpt = save(net, optimizer_for(net, "sgd", lr=0.05), 0)
    other = network(first, last)
    if longer:
        other.append(nn.Linear(len(last), 1, dtype=first.dtype, device=first.device))
    else:
        del other[-1]
    return load(ckpt, other)


def save_at(save, first, last, epoch):
    """Save an untrained model as of this epoch."""
    net = network(first, last)
    return save(net, optimizer_for(net, "sgd", lr=0.05), epoch) is not None


def one_weight(save, load):
    """The example of the statement: two steps, save, a third step; load into new objects and do that step there."""

    def step():
        optimizer.zero_grad()
        (0.5 * model.weight.square()).sum().backward()
        optimizer.step()

    model = nn.Linear(1, 1, bias=False, dtype=torch.float64)
    with torch.no_grad():
        model.weight.fill_(1.0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    step()
    step()
    ckpt = save(model, optimizer, 1)
    saved_as = float(ckpt["model"]["weight"])
    step()
    old_run = float(model.weight.detach())
    afterwards = float(ckpt["model"]["weight"])
    model = nn.Linear(1, 1, bias=False, dtype=torch.float64)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    go_on_with = load(ckpt, model, optimizer)
    step()
    return {
        "saved weight": saved_as,
        "saved weight after the third step": afterwards,
        "third step": old_run,
        "go on with epoch": go_on_with,
        "third step after resuming": float(model.weight.detach()),
    }


def keep(best_keeper, scores, *, reuse=False, **settings):
    """Show a keeper these scores, as epochs 0, 1, 2 ...; the state of epoch e holds the number e several times.

    reuse: one state for all, changed in place between the updates and after the last. settings: of the keeper.
    """
    keeper = best_keeper(**settings)
    at_first = list(keeper.kept)
    answers = []
    state = state_with(-1)
    for epoch, score in enumerate(scores):
        if reuse:
            overwrite(state, epoch)
        else:
            state = state_with(epoch)
        answers.append(keeper.update(score, epoch, state))
    if reuse:
        overwrite(state, 99)
    return {
        "kept at first": at_first,
        "answers": answers,
        "scores": [score for score, _, _ in keeper.kept],
        "epochs": [epoch for _, epoch, _ in keeper.kept],
        "weights": [state["weight"].tolist() for _, _, state in keeper.kept],
        "nested": [state["nested"]["list"] for _, _, state in keeper.kept],
    }


def state_with(number: int) -> dict[str, Any]:
    return {"weight": torch.full((2,), float(number)), "nested": {"list": [number]}}


def overwrite(state: dict[str, Any], number: int) -> None:
    state["weight"].fill_(number)
    state["nested"]["list"][0] = number


def contents(ckpt: dict[str, Any], device: torch.device) -> dict[str, Any]:
    """Copies of all that is in a checkpoint, by path, on the device of the run."""
    parts = ("model", "optimizer", "epoch", "extra")
    return {path: value for part in parts for path, value in flat(ckpt[part], part, device)}


def state_of(net: nn.Module, optimizer: torch.optim.Optimizer | None, device: torch.device) -> dict[str, Any]:
    """Copies of all weights, buffers and optimizer states, by path."""
    parts = {"model": net, "optimizer": optimizer} if optimizer else {"model": net}
    found = {path: value for name, part in parts.items() for path, value in flat(part.state_dict(), name, device)}
    return dict(sorted(found.items()))


def flat(value: Any, path: str, device: torch.device):
    """Pairs of path and value for all that is in nested dicts and lists."""
    match value:
        case dict():
            for key in sorted(value, key=str):
                yield from flat(value[key], f"{path}.{key}", device)
        case list() | tuple():
            for i, item in enumerate(value):
                yield from flat(item, f"{path}.{i}", device)
        case Tensor():
            yield path, value.detach().clone().to(device)
        case _:
            yield path, value


def tensors_in(value: Any):
    """All tensors in nested dicts and lists."""
    match value:
        case Tensor():
            yield value
        case dict():
            yield from tensors_in(list(value.values()))
        case list() | tuple():
            for item in value:
                yield from tensors_in(item)
