"""Randomness that can be repeated and that disturbs nobody.

The streams: torch's CPU generators are a "Mersenne Twister" (Matsumoto and Nishimura, 1998), and so is Python's `random`.
"""

import random

import torch
from torch import Tensor


def make_generator(seed: int) -> torch.Generator:
    """A new CPU generator with this seed. Raises ValueError when seed < 0."""
    _check(seed)
    return torch.Generator().manual_seed(seed)


def seeded_normal(
    shape: tuple[int, ...], seed: int, dtype: torch.dtype = torch.float32, device: str | torch.device = "cpu"
) -> Tensor:
    """Standard normal numbers, the same for every dtype and device. Raises ValueError when seed < 0."""
    # Drawn in double precision on the CPU in every case: other types and devices have other streams.
    numbers = torch.randn(shape, generator=make_generator(seed), dtype=torch.float64)
    return numbers.to(dtype).to(device)


def epoch_permutation(n: int, seed: int, epoch: int) -> Tensor:
    """The order (n,) of n examples in this epoch, int64 on the CPU. Raises ValueError when seed < 0."""
    _check(seed)  # seed + epoch could be legal although seed isn't
    return torch.randperm(n, generator=make_generator(seed + epoch))


class isolated_rng:
    """A block with its own randomness; torch's global CPU stream and Python's go on afterwards as if it had not been."""

    def __init__(self, seed: int):
        """Keep the seed. Raises ValueError when seed < 0."""
        _check(seed)
        self.seed = seed

    def __enter__(self):
        """Save both states, seed both streams, return self."""
        self.torch_state = torch.get_rng_state()
        self.python_state = random.getstate()
        torch.default_generator.manual_seed(self.seed)
        random.seed(self.seed)
        return self

    def __exit__(self, exc_type, exc, tb) -> bool | None:
        """Restore both states. Returns None, so that an error passes."""
        torch.set_rng_state(self.torch_state)
        random.setstate(self.python_state)
        return None


def _check(seed: int) -> None:
    if seed < 0:
        raise ValueError(f"a seed can't be negative, got {seed}")
