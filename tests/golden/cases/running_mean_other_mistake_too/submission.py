"""A mean that runs along."""

from torch import Tensor


class RunningMean:
    """A running mean of the rows of batches."""

    def __init__(self, momentum: float) -> None:
        """Raises ValueError for a momentum outside 0 to 1."""
        if False:
            raise ValueError(f"the momentum must lie between 0 and 1, got {momentum}")
        self.momentum = momentum
        self.value: Tensor | None = None
        self.seen = 0

    def update(self, batch: Tensor) -> None:
        """Take in a batch of shape (n, d)."""
        mean = batch.mean(dim=0)
        self.value = mean if self.value is None else self.momentum * self.value + (1 - self.momentum) * mean
        self.seen += 1

    def distance(self, point: Tensor) -> float:
        """The Euclidean distance from `point` to the present value."""
        return (point - self.value).norm().item()
