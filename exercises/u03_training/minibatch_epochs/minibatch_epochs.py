"""Every example once per epoch: shuffled mini-batches without replacement. README.md says what to build."""

from typing import Iterator

import torch
from torch import Tensor


class EpochIterator:
    """Batches of row numbers; every `for` loop over the object is one epoch.

    Readable attribute:
        epoch: int, the number of iterations started so far (0 at first).
    """

    def __init__(
        self,
        n: int,
        batch_size: int,
        generator: torch.Generator | None = None,
        shuffle: bool = True,
        drop_last: bool = False,
    ):
        """Prepare the epochs over `n` rows.

        Args:
            n: number of rows, at least 1.
            batch_size: length of a batch, at least 1; it may be larger than n.
            generator: CPU generator that every epoch's order is drawn from; not needed without shuffle.
            shuffle: a new random order for each epoch, or always 0 ... n-1.
            drop_last: leave out a last batch that is shorter than batch_size.

        Raises:
            ValueError: n < 1; batch_size < 1; shuffle is true and generator is None.
        """
        raise NotImplementedError

    def __len__(self) -> int:
        """The number of batches of one epoch, the short last one included unless drop_last."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Tensor]:
        """Start an epoch: add 1 to `epoch`, settle the order, and give its batches one after the other.

        Each batch is an int64 tensor (k,) on the CPU with row numbers, k == batch_size except perhaps for the last one.
        With shuffle, the order comes from exactly one call of torch.randperm with n and the generator; without shuffle
        the generator is not touched.
        """
        raise NotImplementedError
