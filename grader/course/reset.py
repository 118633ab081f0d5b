"""Back to the stub as it was handed out; what the student wrote is kept beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path

from grader.course.files import PRISTINE, is_students_copy, shown
from grader.course.model import Course, CourseError, Exercise


@dataclass(frozen=True)
class Reset:
    """The stub that is there again, and the file with the student's version (None when there was nothing to keep)."""

    stub: Path
    backup: Path | None


def is_unchanged(course: Course, exercise: Exercise) -> bool:
    """Whether a student's file still is the stub that was handed out."""
    return exercise.stub.is_file() and exercise.stub.read_bytes() == _handed_out(course, exercise).read_bytes()


def reset_stub(course: Course, exercise: Exercise) -> Reset:
    """Put the stub back in a student's copy; their version becomes `<slug>.backup1.py`, 2, 3 ... beside it."""
    pristine = _handed_out(course, exercise)
    backup = None
    if exercise.stub.is_file() and not is_unchanged(course, exercise):
        names = (exercise.folder / f"{exercise.slug}.backup{number}.py" for number in count(1))
        backup = next(path for path in names if not path.exists())
        exercise.stub.rename(backup)
    exercise.stub.write_bytes(pristine.read_bytes())
    return Reset(exercise.stub, backup)


def _handed_out(course: Course, exercise: Exercise) -> Path:
    if not is_students_copy(course.root):
        raise CourseError(
            f"{shown(course.root)} is the course itself, not a student's copy, so there is nothing to go back to. "
            "Make a copy with `gradgym start FOLDER`."
        )
    path = course.root / PRISTINE / exercise.unit / exercise.slug / exercise.stub.name
    if not path.is_file():
        raise CourseError(f"{shown(path)} is missing. Run `gradgym start` on this folder again to get it back.")
    return path
