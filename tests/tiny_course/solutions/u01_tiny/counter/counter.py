"""A counter that works in place."""

from torch import Tensor


class Counter:
    """Moves the tensor `start` up by `by` at every step, in place; `steps` says how often."""

    def __init__(self, start: Tensor, by: float = 1.0) -> None:
        self.value = start
        self.by = by
        self.steps = 0

    def step(self) -> None:
        """Add `by` to every entry of the tensor, in place."""
        self.value += self.by
        self.steps += 1
