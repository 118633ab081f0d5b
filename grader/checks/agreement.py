"""`agree` and `rejects`: the two ways in which nearly every check asks its question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from grader.checks.comparing import Manner, compare
from grader.checks.failure import CheckFailed, ReferenceRaised, StudentRaised
from grader.checks.rules import RULES
from grader.checks.side import Side

Scenario = Callable[[Any], Any]


class Agree:
    """Runs a scenario on the reference and on the student and compares what it returns."""

    def __init__(self, student: Side, reference: Callable[[], Side], device: str) -> None:
        self._student = student
        self._reference = reference
        self._device = device

    def __call__(
        self,
        scenario: Scenario,
        *,
        rtol: float | None = None,
        atol: float | None = None,
        steps: bool = False,
        pure: bool = True,
    ) -> None:
        """Fail the check unless the student's module does in this scenario what the reference does.

        rtol, atol: instead of the tolerance of the dtype; steps: values after up to 200 update steps; pure=False: the
        student may change arguments that the reference leaves alone.
        """
        reference = self._reference()
        reference.begin_scenario()
        try:
            expected = scenario(reference.module)
        except StudentRaised as raised:
            raise ReferenceRaised(f"the reference raised {raised}") from raised
        self._student.begin_scenario()
        actual = scenario(self._student.module)
        if pure and _changed_more(self._student.changed, reference.changed):
            raise CheckFailed("An argument was changed.", rule="changes_inputs", hint=RULES["changes_inputs"])
        device = "" if self._device == "cpu" else self._device
        compare(actual, expected, Manner(rtol=rtol, atol=atol, steps=steps, device=device))


def _changed_more(student: set[int], reference: set[int]) -> bool:
    """Whether the student changed an argument that the reference left alone.

    Arguments of this scenario have numbers from 0 on that mean the same for both; those of earlier ones are negative.
    """
    more = student - reference
    return any(number >= 0 for number in more) or (bool(more) and all(number >= 0 for number in reference))


class Rejects:
    """Bad input must raise, and leave things as they were."""

    def __init__(self, student: Side) -> None:
        self._student = student

    def __call__(
        self,
        scenario: Scenario,
        *,
        error: type[Exception] = ValueError,
        unchanged: Sequence[torch.Tensor] = (),
        what: str = "bad input",
    ) -> None:
        """Fail the check unless the scenario raises `error` (a subclass is fine) and `unchanged` keep their values."""
        before = [tensor.detach().clone() for tensor in unchanged]
        try:
            scenario(self._student.module)
        except StudentRaised as raised:
            if error.__name__ not in raised.bases:
                if {"NotImplementedError", "ForbiddenUse", "MemoryError"} & set(raised.bases):
                    raise
                raise CheckFailed(f"On {what} your code should raise {error.__name__}; it raised {raised}.") from raised
        else:
            raise CheckFailed(f"On {what} your code should raise {error.__name__}; it went on as if all were well.")
        for tensor, old in zip(unchanged, before, strict=True):
            if not torch.equal(tensor.detach(), old):
                raise CheckFailed(
                    f"On {what} your code raised {error.__name__}, but only after it had changed an argument."
                )
