"""The pieces behind a data loader: a data set, two ways to make a batch of samples, and the loader.

A map-style data set, a collate function and a loader share the work as in `torch.utils.data`; the loader here draws one
permutation per epoch and nothing else.
"""

from typing import Callable, Iterator

import torch
from torch import Tensor


class ArrayDataset:
    """Samples (x, y) from the rows of X and the entries of y."""

    def __init__(self, X: Tensor, y: Tensor | list, transform: Callable[[Tensor], Tensor] | None = None) -> None:
        """Raises ValueError when X and y differ in length."""
        if len(X) != len(y):
            raise ValueError(f"{len(X)} rows, but {len(y)} targets")
        self.X, self.y, self.transform = X, y, transform

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.X)

    def __getitem__(self, i: int) -> tuple:
        """The pair (x, y) at i. Raises IndexError beyond the ends, which is also what ends a for loop over the set."""
        if not -len(self) <= i < len(self):
            raise IndexError(f"index {i} of {len(self)} samples")
        x = self.X[i]
        # Now and not before: a random transform shall give something else at every access.
        return (x if self.transform is None else self.transform(x)), self.y[i]


def collate(samples: list[tuple]) -> tuple[Tensor, Tensor]:
    """Stack inputs and targets along a new first axis; ints become int64, floats float32."""
    xs, ys = zip(*samples)
    if isinstance(ys[0], Tensor):
        targets = torch.stack(ys)
    else:
        targets = torch.tensor(ys, dtype=torch.int64 if isinstance(ys[0], int) else torch.float32)
    return torch.stack(xs), targets


def pad_collate(samples: list[tuple], pad_value: float = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Sequences side by side, filled up on the right: (X, lengths, y)."""
    xs, ys = zip(*samples)
    lengths = [len(x) for x in xs]
    X = xs[0].new_full((len(xs), max(lengths)), pad_value)
    for row, x in zip(X, xs):
        row[: len(x)] = x
    return X, torch.tensor(lengths), torch.tensor(ys)


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
        """Raises ValueError for batch_size < 1, and for shuffling without a generator."""
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        if shuffle and generator is None:
            raise ValueError("shuffling needs a generator: hidden randomness can't be repeated")
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.shuffle, self.generator, self.collate_fn = shuffle, generator, collate_fn

    def __len__(self) -> int:
        """The number of batches in one epoch."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full if self.drop_last or rest == 0 else full + 1

    def __iter__(self) -> Iterator:
        """One epoch. A generator function: each loop over the loader has an order and a position of its own."""
        n = len(self.dataset)
        order = torch.randperm(n, generator=self.generator).tolist() if self.shuffle else range(n)
        for batch in range(len(self)):
            group = order[batch * self.batch_size : (batch + 1) * self.batch_size]
            yield self.collate_fn([self.dataset[j] for j in group])
