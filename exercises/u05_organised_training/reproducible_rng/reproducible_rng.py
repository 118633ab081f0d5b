"""Randomness that can be repeated and that disturbs nobody."""

import random

import torch
from torch import Tensor


def make_generator(seed: int) -> torch.Generator:
    """A new CPU generator with this seed. Global random streams are not touched.

    Raises ValueError when seed < 0.
    """
    raise NotImplementedError


def seeded_normal(
    shape: tuple[int, ...], seed: int, dtype: torch.dtype = torch.float32, device: str | torch.device = "cpu"
) -> Tensor:
    """Standard normal numbers of this shape (any, () too), with the dtype and on the device that are asked for.

    Drawn as float64 on the CPU from make_generator(seed), then cast, then moved: the same seed gives the same numbers
    (up to rounding) for every dtype and device.
    Raises ValueError when seed < 0.
    """
    raise NotImplementedError


def epoch_permutation(n: int, seed: int, epoch: int) -> Tensor:
    """The order (n,), int64 on the CPU, of n examples in this epoch: torch.randperm with the seed `seed + epoch`.

    Raises ValueError when seed < 0.
    """
    raise NotImplementedError


class isolated_rng:
    """A block with its own randomness: `with isolated_rng(3): ...`.

    Entering saves the states of torch's global CPU generator and of Python's `random`, seeds both, and gives the object
    itself. Leaving restores both states exactly, also after an error, and lets the error pass.
    """

    def __init__(self, seed: int):
        """Keep the seed for both streams. Raises ValueError when seed < 0."""
        raise NotImplementedError

    def __enter__(self):
        """Save both states, seed both streams, return self."""
        raise NotImplementedError

    def __exit__(self, exc_type, exc, tb) -> bool | None:
        """Restore both states. Returns False or None."""
        raise NotImplementedError
