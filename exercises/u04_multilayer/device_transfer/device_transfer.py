"""Choosing a device, moving whole batches to it, and measuring how long work takes there."""

from typing import Any, Callable

import torch
from torch import Tensor


def pick_device(prefer: str = "auto", cuda: bool = False, mps: bool = False) -> str:
    """Return the device to use: "cpu", "cuda" or "mps".

    prefer: "auto" takes "cuda" if it is available, else "mps" if that is, else "cpu"; or the name of one device.
    cuda, mps: what is available on this machine. The CPU always is.
    Raises ValueError for an unknown name and for a device that is not available.
    """
    raise NotImplementedError


def to_device(obj: Any, device: str | torch.device, dtype: torch.dtype | None = None) -> Any:
    """Return `obj` with every tensor in it on `device`; floating tensors have type `dtype` as well, if that is given.

    obj: a tensor, or a dict, list, tuple or named tuple of such objects, nested as one likes; anything else is returned
    as it is. Containers are made anew, of the same kind, with the same keys or field names; the ones passed in stay as
    they are. A tensor that is already what it should be is returned itself.
    """
    raise NotImplementedError


def time_call(
    fn: Callable[[], Any], clock: Callable[[], float], sync: Callable[[], None], warmup: int = 1, repeats: int = 3
) -> float:
    """Return how long a call of `fn` takes by `clock`, in the mean.

    Calls `fn` `warmup` times, then `sync` once, and then `repeats` times in this order: clock, fn, sync, clock. The
    mean goes over the differences of the two clock readings. `sync` waits until all work that was started is done.
    Raises ValueError for repeats < 1 or warmup < 0, before anything is called.
    """
    raise NotImplementedError
