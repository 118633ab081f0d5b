"""Random inputs of a check: drawn on the CPU from a generator whose seed belongs to the grading and the check."""

from __future__ import annotations

import hashlib

import torch


def seed_for(seed: int, *names: str) -> int:
    """A 63-bit seed from the grading's seed and the names of exercise, check and purpose."""
    digest = hashlib.blake2b("\0".join((str(seed), *names)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


class Tensors:
    """The `tensors` fixture: standard normal tensors in the check's present dtype."""

    def __init__(self, generator: torch.Generator, dtype: torch.dtype) -> None:
        self._generator = generator
        self._dtype = dtype

    def __call__(
        self,
        shape: tuple[int, ...],
        n: int | None = None,
        *,
        scale: float = 1.0,
        requires_grad: bool = False,
        dtype: torch.dtype | None = None,
    ) -> torch.Tensor | list[torch.Tensor]:
        """One tensor of this shape, or a list of n.

        Draws are float64 and then cast, so that dtypes see the same numbers.
        """
        if n is not None:
            return [self._one(shape, scale, requires_grad, dtype) for _ in range(n)]
        return self._one(shape, scale, requires_grad, dtype)

    def _one(
        self, shape: tuple[int, ...], scale: float, requires_grad: bool, dtype: torch.dtype | None
    ) -> torch.Tensor:
        drawn = torch.randn(shape, generator=self._generator, dtype=torch.float64) * scale
        return drawn.to(dtype or self._dtype).requires_grad_(requires_grad)
