"""Splits of a data set, and batches from them that know nothing of the other splits."""

from typing import Iterator, Sequence

import torch
from torch import Tensor


def split_indices(n: int, fractions: Sequence[float], generator: torch.Generator) -> list[Tensor]:
    """Cut the rows 0 ... n - 1, in random order, into one split per fraction.

    Sizes: floor(n * fraction) each; the rows left over go one by one to the first, the second, ... split.
    The order is one torch.randperm(n, generator=generator), cut from the front.

    Returns int64 tensors, one per fraction. Raises ValueError when a fraction is not above 0 or when they don't add up
    to 1 (within 1e-6).
    """
    raise NotImplementedError


def stratified_split(y: Tensor, fractions: Sequence[float], generator: torch.Generator) -> list[Tensor]:
    """Split the rows so that every class is divided by the fractions.

    y: labels (n,), int64, perhaps with gaps (0, 3, 7). For each class in ascending order: its rows in ascending order,
    permuted by one torch.randperm(count, generator=generator), cut like in `split_indices` (sizes from the count of
    the class).

    Returns one int64 tensor per fraction with the rows of all classes, sorted ascending. Raises ValueError as
    `split_indices`.
    """
    raise NotImplementedError


def k_fold(n: int, k: int, generator: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    """k pairs (train, val) of rows, int64: every row is in exactly one val.

    One torch.randperm(n, generator=generator) is cut into k parts as torch.tensor_split does. In pair i, val is part i
    and train the other parts, one after the other. Raises ValueError when k < 2 or k > n.
    """
    raise NotImplementedError


class DataModule:
    """Splits a data set once and serves batches, normalised with the statistics of the training rows.

    After `setup`: train_idx, val_idx, test_idx (int64), and mean_ and std_ of the features (d,).
    """

    def __init__(
        self,
        X: Tensor,
        y: Tensor,
        fractions: Sequence[float] = (0.7, 0.15, 0.15),
        batch_size: int = 32,
        generator: torch.Generator | None = None,
    ):
        """X: features (n, d), floating. y: targets (n,). fractions: for training, validation and test.

        generator: for the split and for the order of the training rows.
        """
        raise NotImplementedError

    def setup(self) -> None:
        """Split with `split_indices` and take mean and population deviation of the training rows.

        The deviation of a column that is constant there (its maximum is its minimum) counts as 1.
        Raises ValueError for bad fractions (the constructor may do so already).
        """
        raise NotImplementedError

    def train_batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches ((X - mean_) / std_, y) of the training rows, in a new order at each call.

        The order is train_idx at torch.randperm(len(train_idx), generator=generator). The last batch may be short.
        """
        raise NotImplementedError

    def val_batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches of the validation rows like `train_batches`, in the order of val_idx."""
        raise NotImplementedError

    def test_batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches of the test rows like `train_batches`, in the order of test_idx."""
        raise NotImplementedError
