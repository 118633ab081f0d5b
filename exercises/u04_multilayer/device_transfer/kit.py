"""What the checks run beside your code: batches of nested containers, and a machine that works behind your back."""

from typing import Any, NamedTuple

import torch
from torch import Tensor


class Sample(NamedTuple):
    """A named tuple, as data sets like to return them."""

    image: Tensor
    label: Tensor


class Pair(NamedTuple):
    """A named tuple of anything."""

    left: Any
    right: Any


MARKER = object()  # neither tensor nor container


def batch_of(x: Tensor, labels: Tensor, mask: Tensor) -> dict:
    """A batch of many kinds of containers, three levels deep."""
    return {
        "inputs": [x, x + 1],
        "targets": (labels, mask),
        "samples": (Sample(x + 2, labels), Pair([x + 3], {"deep": (x + 4,)})),
        "more": {3: x + 5, "names": ["ada", None], "scale": 0.5, "count": 2},
        "empty": [{}, [], ()],
        "marker": MARKER,
    }


def carry(to_device, batch: Any, device: str, dtype: torch.dtype | None = None) -> dict:
    """Every part of the moved batch by its path: tensors as they are, of everything else the type."""
    return dict(parts("batch", to_device(batch, device, dtype=dtype)))


def carry_batch(to_device, x: Tensor, labels: Tensor, mask: Tensor, device: str, dtype=None) -> dict:
    """`carry` with the batch of `batch_of`."""
    return carry(to_device, batch_of(x, labels, mask), device, dtype)


def carry_small(to_device, x: Tensor, labels: Tensor, device: str) -> list[dict]:
    """Objects that are no dict on top."""
    return [carry(to_device, obj, device) for obj in (x, (x, labels), Sample(x, labels), [[[x]]], [], None, "name")]


def devices_after(to_device, x: Tensor, labels: Tensor, mask: Tensor, as_text: bool) -> dict[str, str]:
    """On which device each tensor of the batch is afterwards, when the device asked for is "meta".

    This device, which every PyTorch has, knows only shapes and types: good for trying out a transfer without a GPU.
    """
    device = "meta" if as_text else torch.device("meta")
    moved = to_device(batch_of(x, labels, mask), device)
    return {path: part.device.type for path, part in parts("batch", moved) if isinstance(part, Tensor)}


def kept(to_device, x: Tensor, labels: Tensor, device: str) -> dict[str, bool]:
    """What is the very same object after a transfer that has nothing to do, and what is a new one."""
    x, labels = x.to(device), labels.to(device)
    batch = {"inputs": [x], "targets": (labels,), "marker": MARKER}
    moved = to_device(batch, device, dtype=x.dtype)
    return {
        "the floating tensor is the same": moved["inputs"][0] is x,
        "the integer tensor is the same": moved["targets"][0] is labels,
        "another object is the same": moved["marker"] is MARKER,
        "the dict is the same": moved is batch,
        "the list is the same": moved["inputs"] is batch["inputs"],
        "a tensor alone is the same": to_device(x, torch.device(device)) is x,
    }


def batch_afterwards(to_device, x: Tensor, labels: Tensor, mask: Tensor) -> dict:
    """The batch that was passed in, after the transfer of its tensors to another device."""
    batch = batch_of(x, labels, mask)
    to_device(batch, "meta")
    return dict(parts("batch", batch))


def parts(path: str, value: Any):
    """(path, tensor) for every tensor, (path, type and so on) for everything else."""
    if isinstance(value, Tensor):
        yield path, value
    elif isinstance(value, dict):
        yield f"type of {path}", type(value).__name__
        yield f"keys of {path}", [repr(key) for key in value]
        for key, item in value.items():
            yield from parts(f"{path}[{key!r}]", item)
    elif isinstance(value, (list, tuple)):
        yield f"type of {path}", type(value).__name__
        for index, item in enumerate(value):
            yield from parts(f"{path}[{index}]", item)
    else:
        yield path, "the marker" if value is MARKER else repr(value)


class Machine:
    """Works like a GPU: `work` returns at once, after `launch` units of time, and `sync` waits for what is still to do.

    The first call has `first` to do, later ones `cost`. `log` has a letter a call: f (work), s (sync), c (clock).
    """

    def __init__(self, launch: float = 1.0, cost: float = 20.0, first: float = 300.0) -> None:
        self.launch, self.cost, self.next_cost = launch, cost, first
        self.now = self.pending = 0.0
        self.log = ""

    def work(self) -> str:
        self.log += "f"
        self.now += self.launch
        self.pending += self.next_cost
        self.next_cost = self.cost
        return "a result that nobody needs"

    def sync(self) -> None:
        self.log += "s"
        self.now += self.pending
        self.pending = 0.0

    def clock(self) -> float:
        self.log += "c"
        return self.now


def time_on(time_call, machine: Machine, **settings) -> dict:
    """Time the work of a machine; the result and the log."""
    return {"time": time_call(machine.work, machine.clock, machine.sync, **settings), "log": machine.log}
