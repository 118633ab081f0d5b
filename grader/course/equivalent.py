"""Changes of a reference that change nothing that could be checked: `equivalent.toml` in the solution folder."""

from __future__ import annotations

from dataclasses import dataclass

from grader.course import keys
from grader.course.model import Exercise
from grader.course.toml import Table, read_toml

__all__ = ["FILE", "Equivalent", "read_equivalents"]

FILE = "equivalent.toml"


@dataclass(frozen=True)
class Equivalent:
    """A line of the reference, what a mutant makes of it, and why that is as right."""

    before: str
    after: str
    reason: str


def read_equivalents(exercise: Exercise) -> tuple[Equivalent, ...]:
    """What the file lists; nothing where there is none. Raises CourseError."""
    if exercise.solution is None or not (exercise.solution / FILE).exists():
        return ()
    path = exercise.solution / FILE
    table = Table(path, read_toml(path, exercise.solution), {"mutant": "[[mutant]]"})
    rows = table.tables("mutant", keys.EQUIVALENT)
    return tuple(Equivalent(row.text("before"), row.text("after"), row.text("reason")) for row in rows)
