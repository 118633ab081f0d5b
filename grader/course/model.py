"""What a course says, as frozen values. The loader makes them from the TOML files; nothing else does."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.course.learning import Card, Material
    from grader.course.quiz import Item


class CourseError(Exception):
    """A course folder says something that can't be used. The message names file and key and ends with the next step."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`seconds` of wall clock for a check (a submission: three times this); `memory_mb` the student's code may add."""

    seconds: float = 10.0
    memory_mb: int = 1024


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise. `points` is in milli-points. `solution` is None in a student's copy, which has no solutions."""

    slug: str
    unit: str
    title: str
    goal: str
    points: int
    difficulty: int
    minutes: int
    teaches: tuple[str, ...]
    needs: tuple[str, ...]
    provides: tuple[str, ...]
    forbidden: tuple[str, ...]  # dotted names, groups already expanded
    imports: tuple[str, ...]  # top-level modules a submission may import
    devices: tuple[str, ...]
    hidden_checks: int
    picture: str
    hint: str
    formerly: tuple[str, ...]
    margin: str
    limits: Limits
    folder: Path
    solution: Path | None

    @property
    def stub(self) -> Path:
        return self.folder / f"{self.slug}.py"

    @property
    def statement(self) -> Path:
        return self.folder / "README.md"

    @property
    def public_checks(self) -> Path:
        return self.folder / "test_public.py"

    @property
    def kit(self) -> Path | None:
        path = self.folder / "kit.py"
        return path if path.is_file() else None

    @property
    def reference(self) -> Path | None:
        return self.solution and self.solution / f"{self.slug}.py"

    @property
    def hidden_checks_file(self) -> Path | None:
        return self.solution and self.solution / "test_hidden.py"

    @property
    def mistakes(self) -> Path | None:
        return self.solution and self.solution / "mistakes.py"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One unit: its exercises in teaching order, and what it teaches beside them.

    `quiz`, `cards` and `cheatsheet` are read at first use, empty where there is no file, and raise CourseError.
    """

    folder: str
    number: int
    title: str
    teaches: str
    exercises: tuple[Exercise, ...]
    root: Path = field(repr=False)  # of the course
    slugs: tuple[str, ...] = field(repr=False)  # all that course.toml lists, of all units

    @cached_property
    def material(self) -> Material:
        from grader.course.learning import Material  # most commands don't ask

        return Material(root=self.root, folder=self.folder, slugs=self.slugs)

    @property
    def quiz(self) -> tuple[Item, ...]:
        return self.material.quiz

    @property
    def cards(self) -> tuple[Card, ...]:
        return self.material.cards

    @property
    def cheatsheet(self) -> str:
        return self.material.cheatsheet


@dataclass(frozen=True, kw_only=True)
class Course:
    """A course as loaded from `exercises/` (and `solutions/` beside it, where there is one)."""

    title: str
    about: str
    root: Path
    solutions: Path | None
    units: tuple[Unit, ...]

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        return tuple(exercise for unit in self.units for exercise in unit.exercises)
