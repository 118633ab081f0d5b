"""One grading's table: the modules under test, the seed, and what a check function gets for its arguments."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import torch

from grader.checks.agreement import Agree, Rejects
from grader.checks.comparing import DEVICE, DTYPE
from grader.checks.declare import CheckSpec
from grader.checks.draw import Tensors, seed_for
from grader.checks.failure import BrokenExercise, NamesMissing
from grader.checks.side import Side

FIXTURES = ("student", "reference", "agree", "rejects", "tensors", "generator", "device", "dtype")


class Desk:
    """What check functions of one grading share. `reference` is None in a student's own folder."""

    def __init__(self, *, exercise: str, student: Side, reference: Side | None, seed: int, device: str = "cpu") -> None:
        self._exercise = exercise
        self._student = student
        self._reference = reference
        self._seed = seed
        self._device = device
        self._reference_ready = False

    def run(self, function: Callable[..., Any], name: str, spec: CheckSpec, others: dict[str, Any]) -> None:
        """Run a check function once for each of its dtypes, each time with a fresh import and fresh generators."""
        for dtype in spec.dtypes:
            given = {**others, **self._arguments(name, dtype)}
            function(**{arg: given[arg] for arg in _parameters(function)})

    def with_reference_as_student(self) -> Desk:
        """A desk on which the reference is examined, to find out whether a check itself is broken."""
        if self._reference is None:
            raise BrokenExercise("there is no reference here")
        return Desk(exercise=self._exercise, student=self._reference, reference=self._reference, seed=self._seed)

    def _arguments(self, name: str, dtype: str) -> dict[str, Any]:
        seed = seed_for(self._seed, self._exercise, name)
        lacking = self._student.begin(seed_for(seed, "student"))
        if lacking:
            raise NamesMissing(lacking, f"{self._exercise}.py")
        self._reference_ready = self._student is self._reference
        kind = getattr(torch, dtype)
        DEVICE.set(self._device)
        DTYPE.set(kind)
        torch.default_generator.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        return {
            "student": self._student.module,
            "reference": _Late(lambda: self._reference_side(seed).module),
            "agree": Agree(self._student, lambda: self._reference_side(seed), self._device),
            "rejects": Rejects(self._student),
            "tensors": Tensors(generator, kind),
            "generator": generator,
            "device": self._device,
            "dtype": kind,
        }

    def _reference_side(self, seed: int) -> Side:
        if self._reference is None:
            raise BrokenExercise("this check asks for the reference, which is not here: public checks can't use it")
        if not self._reference_ready:
            self._reference.begin(seed_for(seed, "student"))
            self._reference_ready = True
        return self._reference


@functools.cache
def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


class _Late:
    """The reference's module, imported when it is first used."""

    def __init__(self, find: Callable[[], Any]) -> None:
        self._find = find

    def __getattr__(self, name: str) -> Any:
        return getattr(self._find(), name)
