"""Kinds of device other than the cpu: what a guest does to use one. Torch knows the rest by the kind's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """One kind of device.

    `make_context` may take seconds and may start threads; it runs in a process that will be one guest, never in one
    that forks others. `cap(megabytes)` bounds what the process may hold on the device from here on. `seed(n)` seeds the
    device's random numbers. `libraries_mb`: what its libraries may add to the host's memory when first used.
    """

    make_context: Callable[[], None]
    cap: Callable[[int], None]
    seed: Callable[[int], None]
    libraries_mb: int = 0


def _make_cuda_context() -> None:
    import torch

    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    square = torch.ones(2, 2, device="cuda", requires_grad=True)
    torch.autograd.backward((square @ square).sum())  # loads the library for products, starts autograd's thread
    torch.cuda.synchronize()


def _cap_cuda(megabytes: int) -> None:
    import torch

    whole = torch.cuda.get_device_properties(0).total_memory
    allowed = (megabytes << 20) + torch.cuda.memory_reserved()
    torch.cuda.set_per_process_memory_fraction(min(1.0, allowed / whole))


def _seed_cuda(seed: int) -> None:
    import torch

    torch.cuda.manual_seed_all(seed)


KINDS: Final = {"cuda": Kind(_make_cuda_context, _cap_cuda, _seed_cuda, libraries_mb=2048)}
