"""The pieces behind a data loader: a data set, two ways to make a batch of samples, and the loader."""

from typing import Callable, Iterator

import torch
from torch import Tensor


class ArrayDataset:
    """Samples (x, y) from the rows of X and the entries of y."""

    def __init__(self, X: Tensor, y: Tensor | list, transform: Callable[[Tensor], Tensor] | None = None) -> None:
        """Keep X (n, ...), y with n entries, and a function for a single row, which is not called yet.

        Raises ValueError when X and y differ in length.
        """
        raise NotImplementedError

    def __len__(self) -> int:
        """Return the number of samples n."""
        raise NotImplementedError

    def __getitem__(self, i: int) -> tuple:
        """Return the pair (X[i], y[i]), with X[i] transformed now, by one call, if there is a transform.

        Negative i counts from the end. Raises IndexError when i is not in -n, ..., n - 1. Views of X and y are fine.
        """
        raise NotImplementedError


def collate(samples: list[tuple]) -> tuple[Tensor, Tensor]:
    """Make a batch of at least one sample (x, y): a pair of tensors, stacked along a new first axis.

    The x are tensors of one shape and type; the batch keeps their type. The targets y are all Python ints, which become
    int64 (B,), or all Python floats, which become float32 (B,), or all tensors of one shape, which are stacked as well.
    """
    raise NotImplementedError


def pad_collate(samples: list[tuple], pad_value: float = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Make a batch of sequences of different lengths: (X, lengths, y).

    samples: at least one pair of x, a tensor (T,) of any type (the same in all samples), and y, a Python int.
    X: (B, largest T), of the type of the x, each row filled up on the right with `pad_value`.
    lengths: (B,), int64, the number of entries of each x. y: (B,), int64.
    """
    raise NotImplementedError


class MiniLoader:
    """Walks through a data set in batches, as often as one likes."""

    def __init__(
        self,
        dataset,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        generator: torch.Generator | None = None,
        collate_fn: Callable = collate,
    ) -> None:
        """Keep the settings.

        dataset: anything with `len(dataset)` and `dataset[i]`. Raises ValueError for batch_size < 1.
        """
        raise NotImplementedError

    def __len__(self) -> int:
        """Return the number of batches in one epoch."""
        raise NotImplementedError

    def __iter__(self) -> Iterator:
        """Start an epoch: an iterator over `collate_fn([dataset[j] for j in group])`, independent of other epochs.

        The groups are `batch_size` neighbours each in the order 0, ..., n - 1 or, with `shuffle`, in the order
        `torch.randperm(n, generator=generator)`, drawn anew, once, for each epoch. The last group may be shorter; with
        `drop_last` it is then left out.
        """
        raise NotImplementedError
