"""A mean that runs along."""

from torch import Tensor


class RunningMean:
    """A running mean of the rows of batches.

    `value` is None before the first batch, then a tensor of shape (d,); `seen` is the number of rows so far.
    """

    def __init__(self, momentum: float) -> None:
        """Raises ValueError for a momentum outside 0 to 1."""
        raise NotImplementedError

    def update(self, batch: Tensor) -> None:
        """Take in a batch of shape (n, d)."""
        raise NotImplementedError

    def distance(self, point: Tensor) -> float:
        """The Euclidean distance from `point` to the present value."""
        raise NotImplementedError
