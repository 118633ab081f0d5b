"""Choosing a device, moving whole batches to it, and measuring how long work takes there."""

from typing import Any, Callable

import torch
from torch import Tensor


def pick_device(prefer: str = "auto", cuda: bool = False, mps: bool = False) -> str:
    """The device to use. Raises ValueError for an unknown name and for a device that is not available."""
    available = {"cuda": cuda, "mps": mps, "cpu": True}  # best first
    if prefer == "auto":
        return next(name for name, there in available.items() if there)
    if prefer not in available:
        raise ValueError(f"{prefer!r} is no device; there are {', '.join(available)}")
    if not available[prefer]:
        raise ValueError(f"{prefer} is not available on this machine")
    return prefer


def to_device(obj: Any, device: str | torch.device, dtype: torch.dtype | None = None) -> Any:
    """A copy of the tree `obj` with its tensors on `device`, the floating ones cast to `dtype` if that is given."""
    if isinstance(obj, Tensor):
        # Class numbers and masks are not to be rounded: whatever is not floating keeps its type.
        return obj.to(device, dtype if obj.is_floating_point() else None)
    if isinstance(obj, dict):
        return {key: to_device(item, device, dtype) for key, item in obj.items()}
    if isinstance(obj, (list, tuple)):
        moved = [to_device(item, device, dtype) for item in obj]
        # A named tuple is made from its fields one by one, a list or tuple from all of them together.
        return type(obj)(*moved) if hasattr(obj, "_fields") else type(obj)(moved)
    return obj


def time_call(
    fn: Callable[[], Any], clock: Callable[[], float], sync: Callable[[], None], warmup: int = 1, repeats: int = 3
) -> float:
    """Mean time of a call, each measured until its work is done. Raises ValueError for repeats < 1 or warmup < 0."""
    if repeats < 1 or warmup < 0:
        raise ValueError(f"need repeats >= 1 and warmup >= 0, got {repeats} and {warmup}")
    for _ in range(warmup):
        fn()
    sync()  # nothing of the warm-up may be left for the first measurement
    total = 0.0
    for _ in range(repeats):
        start = clock()
        fn()
        sync()  # fn has only been started; wait for the result
        total += clock() - start
    return total / repeats
