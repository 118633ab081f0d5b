"""Where a tensor came from: its device over there, and the tensors of ours whose memory it shares there."""

from __future__ import annotations

import torch


def shares_memory(result: torch.Tensor, argument: torch.Tensor) -> bool:
    """Whether a result that came back shares memory with an argument that was sent (or is that very tensor)."""
    if result is argument:
        return True
    origin = getattr(result, "origin", None)
    if origin is not None:
        return any(shared is argument for shared in origin.shares)
    if not result.numel() or not argument.numel():
        return False
    return result.untyped_storage().data_ptr() == argument.untyped_storage().data_ptr()


def device_of(tensor: torch.Tensor) -> str:
    """The kind of device that a tensor was on over there ("" for a tensor of our own)."""
    origin = getattr(tensor, "origin", None)
    return origin.device if origin is not None else ""
