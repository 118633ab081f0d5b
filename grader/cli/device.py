"""The option that says where submissions run."""

from __future__ import annotations

from enum import StrEnum

from grader.cli.options import fail


class Device(StrEnum):
    """A kind of device."""

    CPU = "cpu"
    CUDA = "cuda"


def require_device(device: Device, then: str = "Leave --device out to grade on the CPU.") -> None:
    """End with a sentence, and `then`, when this machine has no such device. Imports torch only for a GPU."""
    if device is Device.CPU:
        return
    import torch

    if not torch.cuda.is_available():
        fail(f"There is no CUDA device on this machine. {then}")
