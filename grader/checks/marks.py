"""Marks on arguments: what a check says about a value before it crosses to the student's side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True)
class OnCpu:
    """A tensor that stays on the CPU over there, whatever the grading's device."""

    tensor: torch.Tensor


@dataclass(frozen=True)
class Public:
    """A public torch name, resolved over there."""

    name: str


def on_cpu(tensor: torch.Tensor) -> OnCpu:
    """Pass a tensor that stays on the CPU (a permutation, a mask of indices)."""
    return OnCpu(tensor)


def named(thing: Any) -> Public:
    """Pass a public function or class of torch by its name: `named(torch.nn.functional.cross_entropy)`.

    Raises ValueError for what is not public in torch.
    """
    module, name = getattr(thing, "__module__", ""), getattr(thing, "__qualname__", "")
    if not f"{module}.".startswith("torch.") or any(part.startswith("_") for part in f"{module}.{name}".split(".")):
        raise ValueError(f"{thing!r} is not a public name of torch; build it in kit.py")
    return Public(f"{module}.{name}")
