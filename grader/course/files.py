"""The files of a course: which of them a student gets, and reading them without leaving the course folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from grader.course.model import Course, CourseError, Exercise

COURSE_FILES: Final = ("course.toml", "pytest.ini", "course_data.py")
UNIT_FILES: Final = ("unit.toml", "quiz.toml", "cards.toml", "cheatsheet.md")
SOLUTION_FILES: Final = ("test_hidden.py", "mistakes.py")  # and the reference, named like the exercise

KEPT: Final = ".gradgym"  # the folder in a student's copy where we keep what belongs to us
PRISTINE: Final = f"{KEPT}/course"  # the course as it was handed out, to compare with and to go back to


def is_students_copy(root: Path) -> bool:
    """Whether `gradgym start` made this folder, so that the stubs in it are a student's work."""
    return (root / PRISTINE).is_dir()


def stub_as_handed_out(course: Course, exercise: Exercise) -> Path:
    """The stub; in a student's copy, where that file is the student's work, the second copy that `start` keeps."""
    kept = course.root / PRISTINE / exercise.unit / exercise.slug / exercise.stub.name
    return kept if is_students_copy(course.root) else exercise.stub


def exercise_files(slug: str) -> tuple[str, ...]:
    """The files of an exercise's public folder that a student receives; only kit.py may be missing."""
    return ("exercise.toml", "README.md", f"{slug}.py", "test_public.py", "kit.py")


def public_files(course: Course) -> Iterator[Path]:
    """Every file that a student receives, relative to the course's root, in the order of the course."""
    candidates = [Path(name) for name in COURSE_FILES]
    for unit in course.units:
        candidates += [Path(unit.folder, name) for name in UNIT_FILES]
        for exercise in unit.exercises:
            candidates += [Path(unit.folder, exercise.slug, name) for name in exercise_files(exercise.slug)]
    for path in candidates:
        if (course.root / path).is_file():
            stay_inside(course.root / path, course.root)
            yield path


def hashed_files(exercise: Exercise) -> dict[str, Path]:
    """The files that make an exercise what it is, by a name that is the same on every machine.

    Without a solution this is a student's side, where the stub is their own work and changes with every save: it
    is left out.
    """
    data = exercise.folder.parent.parent / "course_data.py"
    files = {f"exercise/{name}": exercise.folder / name for name in exercise_files(exercise.slug)} | {data.name: data}
    if exercise.solution is None:
        del files[f"exercise/{exercise.stub.name}"]
    else:
        for folder, folders, names in os.walk(exercise.solution):
            folders[:] = [name for name in folders if not _is_cache(name)]
            for path in (Path(folder, name) for name in names if not _is_cache(name)):
                files[f"solution/{path.relative_to(exercise.solution).as_posix()}"] = path
    return {name: path for name, path in sorted(files.items()) if path.is_file()}


def read_text(path: Path, root: Path) -> str:
    """A text file of the course: it must exist, lie in `root` whatever links lead to it, and be UTF-8."""
    stay_inside(path, root)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise CourseError(f"{shown(path)} is missing. Add the file.") from None
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        raise CourseError(f"{shown(path)} is not UTF-8 (line {line}). Save the file as UTF-8.") from None
    except OSError as wrong:
        raise CourseError(f"{shown(path)} can't be read: {wrong.strerror}. Make it a file that you may read.") from None


def stay_inside(path: Path, root: Path) -> None:
    """Refuse a path that a link leads out of the course: copying it would hand out what isn't in the course."""
    if not path.resolve().is_relative_to(root.resolve()):
        raise CourseError(
            f"{shown(path)} leads out of the course folder (to {path.resolve()}). "
            "Put a copy of the file there instead of a link."
        )


def shown(path: Path) -> str:
    """A path as a reader can use it: relative to where they are when it lies below, absolute otherwise."""
    absolute = Path(os.path.abspath(path))
    here = Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) and absolute != here else str(absolute)


def _is_cache(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__" or name.endswith((".pyc", "~"))
