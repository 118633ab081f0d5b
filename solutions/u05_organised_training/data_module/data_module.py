"""Splits of a data set, and batches from them that know nothing of the other splits.

Folds: "Cross-Validatory Choice and Assessment of Statistical Predictions" (Stone, 1974). The size rule is that of
torch.utils.data.random_split.
"""

import math
from typing import Iterator, Sequence

import torch
from torch import Tensor


def split_indices(n: int, fractions: Sequence[float], generator: torch.Generator) -> list[Tensor]:
    """The rows 0 ... n - 1 in random order, one int64 tensor per fraction.

    Raises ValueError when a fraction is not above 0 or when they don't add up to 1.
    """
    sizes = _sizes(n, fractions)
    order = torch.randperm(n, generator=generator)  # one order for all splits: no row can be in two of them
    return list(order.split(sizes))


def stratified_split(y: Tensor, fractions: Sequence[float], generator: torch.Generator) -> list[Tensor]:
    """One sorted int64 tensor of rows per fraction, with every class divided by the fractions.

    Raises ValueError as `split_indices`.
    """
    _sizes(0, fractions)  # only to look at the fractions before anything is drawn
    parts: list[list[Tensor]] = [[] for _ in fractions]
    for label in y.unique(sorted=True):
        rows = (y == label).nonzero().flatten()
        for part, cut in zip(parts, split_indices(len(rows), fractions, generator)):
            part.append(rows[cut])
    return [torch.cat(part).sort().values for part in parts]


def k_fold(n: int, k: int, generator: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    """k pairs (train, val) of rows; every row is in exactly one val. Raises ValueError when k < 2 or k > n."""
    if not 2 <= k <= n:
        raise ValueError(f"k must be 2 ... {n}, got {k}")
    parts = torch.randperm(n, generator=generator).tensor_split(k)
    return [(torch.cat(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


class DataModule:
    """Splits a data set once and serves batches, normalised with the statistics of the training rows."""

    def __init__(
        self,
        X: Tensor,
        y: Tensor,
        fractions: Sequence[float] = (0.7, 0.15, 0.15),
        batch_size: int = 32,
        generator: torch.Generator | None = None,
    ):
        """X: features (n, d), floating. y: targets (n,). fractions: for training, validation and test."""
        self.X, self.y = X, y
        self.fractions, self.batch_size, self.generator = fractions, batch_size, generator

    def setup(self) -> None:
        """Split, then take mean and population deviation (1 for a constant column) of the training rows."""
        self.train_idx, self.val_idx, self.test_idx = split_indices(len(self.X), self.fractions, self.generator)
        seen = self.X[self.train_idx]  # the other rows stand for data that nobody has seen yet
        constant = seen.amax(0) == seen.amin(0)
        self.mean_ = seen.mean(0)
        self.std_ = seen.std(0, correction=0).masked_fill(constant, 1.0)

    def train_batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Normalised batches of the training rows, in a new order at each call."""
        order = torch.randperm(len(self.train_idx), generator=self.generator)
        return self._batches(self.train_idx[order])

    def val_batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Normalised batches of the validation rows, in the order of val_idx."""
        return self._batches(self.val_idx)

    def test_batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Normalised batches of the test rows, in the order of test_idx."""
        return self._batches(self.test_idx)

    def _batches(self, idx: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        for start in range(0, len(idx), self.batch_size):
            rows = idx[start : start + self.batch_size]
            yield (self.X[rows] - self.mean_) / self.std_, self.y[rows]


def _sizes(n: int, fractions: Sequence[float]) -> list[int]:
    """How many of n rows each split gets. Raises ValueError for fractions that are none."""
    if min(fractions, default=0) <= 0 or abs(sum(fractions) - 1) > 1e-6:
        raise ValueError(f"fractions must be above 0 and add up to 1, got {list(fractions)}")
    sizes = [math.floor(n * fraction) for fraction in fractions]
    for i in range(n - sum(sizes)):
        sizes[i % len(sizes)] += 1
    return sizes
