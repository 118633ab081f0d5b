"""What a check needs of a module under test, wherever that lives."""

from __future__ import annotations

from typing import Any, Protocol


class Side(Protocol):
    """The student's or the reference's module for the length of a grading."""

    @property
    def module(self) -> Any:
        """The proxy that scenarios get as `m`."""

    @property
    def changed(self) -> set[int]:
        """Which of the tensors sent since `begin_scenario` were changed in place, by order of sending."""

    def begin(self, seed: int) -> list[str]:
        """Import the module afresh; names that it should define and doesn't."""

    def begin_scenario(self) -> None:
        """Forget which tensors were sent and changed so far."""
