"""What the processes of a grading need to know of an exercise, as plain data that fits a control line.

No torch here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.course.model import CourseError, Exercise

if TYPE_CHECKING:
    from grader.wire.messages import Load


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What the processes of a grading need to know of an exercise: plain data, paths as text."""

    slug: str
    provides: tuple[str, ...]
    forbidden: tuple[str, ...]
    imports: tuple[str, ...]
    kit: str | None
    checks: tuple[str, ...]
    reference: str | None = None
    mistakes: str | None = None
    course_root: str = ""

    def load(self, source: bytes, *, device: str = "cpu", trusted: bool = False) -> Load:
        """The message that hands a file over. Trusted files (references) are not searched for forbidden names."""
        from grader.wire.messages import Load

        return Load(
            slug=self.slug,
            source=source,
            kit=None if self.kit is None else _text(self.kit),
            provides=list(self.provides),
            forbidden=[] if trusted else list(self.forbidden),
            imports=list(self.imports),
            device=device,
        )


@functools.cache
def _text(path: str) -> str:
    """A file of the exercise. (Where one has changed, the exercise gets new processes: see exercise_hash.)"""
    return Path(path).read_text("utf-8")


def task_of(exercise: Exercise, kinds: Sequence[str]) -> Task:
    """The task for an exercise's "public" and/or "hidden" checks. Raises CourseError when the solutions aren't here."""
    checks = []
    if "public" in kinds:
        checks.append(str(exercise.public_checks))
    if "hidden" in kinds:
        if exercise.hidden_checks_file is None:
            raise CourseError(
                f"The hidden checks of {exercise.slug} are not here: this copy of the course has no solutions folder. "
                "Use `gradgym check` for the public checks."
            )
        checks.append(str(exercise.hidden_checks_file))
    hidden = "hidden" in kinds
    return Task(
        slug=exercise.slug,
        provides=exercise.provides,
        forbidden=exercise.forbidden,
        imports=exercise.imports,
        kit=str(exercise.kit) if exercise.kit else None,
        checks=tuple(checks),
        reference=str(exercise.reference) if hidden else None,
        mistakes=str(exercise.mistakes) if hidden else None,
        course_root=str(exercise.folder.parent.parent),
    )


def packages_needed(paths: Sequence[str]) -> list[str]:
    """Which slow parts of torch a warm process should import ahead for these files."""
    texts = [Path(path).read_text("utf-8") for path in paths]
    return ["optim"] if any(re.search(r"\btorch\.optim\b|\boptim\.", text) for text in texts) else []
