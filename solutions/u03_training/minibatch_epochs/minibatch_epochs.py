"""Shuffled mini-batches without replacement ("random reshuffling": Mishchenko, Khaled and Richtárik, 2020)."""

from typing import Iterator

import torch
from torch import Tensor


class EpochIterator:
    """Batches of row numbers; every iteration is one epoch. `epoch` counts the iterations started so far."""

    def __init__(
        self,
        n: int,
        batch_size: int,
        generator: torch.Generator | None = None,
        shuffle: bool = True,
        drop_last: bool = False,
    ):
        """Raises ValueError if n < 1, if batch_size < 1, or if shuffle is true without a generator."""
        if n < 1:
            raise ValueError(f"n must be at least 1, not {n}")
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        if shuffle and generator is None:
            raise ValueError("shuffle needs a generator to draw the order from")
        self.n = n
        self.batch_size = batch_size
        self.generator = generator
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.epoch = 0

    def __len__(self) -> int:
        """ceil(n / batch_size), or floor(n / batch_size) with drop_last."""
        if self.drop_last:
            return self.n // self.batch_size
        return (self.n + self.batch_size - 1) // self.batch_size

    def __iter__(self) -> Iterator[Tensor]:
        """Consecutive slices of the epoch's order, int64 on the CPU; the last one may be short."""
        self.epoch += 1
        # The whole order is settled here, once: only so can no row turn up in two batches of an epoch.
        if self.shuffle:
            order = torch.randperm(self.n, generator=self.generator)
        else:
            order = torch.arange(self.n)
        # len(self) already knows about drop_last, so the announced and the produced number of batches agree.
        for k in range(len(self)):
            yield order[k * self.batch_size : (k + 1) * self.batch_size]
