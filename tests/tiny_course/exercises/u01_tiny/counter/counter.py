"""A counter that works in place."""

from torch import Tensor


class Counter:
    """Moves the tensor `start` up by `by` at every step, in place; `steps` says how often."""

    def __init__(self, start: Tensor, by: float = 1.0) -> None:
        raise NotImplementedError

    def step(self) -> None:
        """Add `by` to every entry of the tensor, in place."""
        raise NotImplementedError
