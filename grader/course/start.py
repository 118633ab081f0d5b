"""A student's copy of a course: made, and later brought up to date without touching what the student changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from grader.course.files import KEPT, PRISTINE, is_students_copy, public_files, shown
from grader.course.model import Course, CourseError


@dataclass(frozen=True, kw_only=True)
class Started:
    """What `start_course` did, as paths in the folder. `newer` are those of `kept` that the course changed too."""

    added: tuple[Path, ...]
    updated: tuple[Path, ...]
    unchanged: tuple[Path, ...]
    kept: tuple[Path, ...]
    newer: tuple[Path, ...]


def start_course(course: Course, directory: Path, made: Mapping[Path, bytes] | None = None) -> Started:
    """Copy the public part of `course` into `directory`; files that the student changed stay as they are.

    `made` are more files to bring, by their place in the folder, which are made of the course and not part of it.

    A second copy, under .gradgym/course, is what later calls compare with and what `reset_stub` goes back to.
    """
    _refuse_bad_places(course, directory)
    done: dict[str, list[Path]] = {"added": [], "updated": [], "unchanged": [], "kept": [], "newer": []}
    try:
        (directory / PRISTINE).mkdir(parents=True, exist_ok=True)
        copied = ((path, (course.root / path).read_bytes()) for path in public_files(course))
        for path, new in chain(copied, (made or {}).items()):
            for word in _bring(new, directory / path, directory / PRISTINE / path):
                done[word].append(path)
        _replace(directory / KEPT / "origin", str(course.root).encode())
    except OSError as wrong:
        raise CourseError(
            f"{shown(Path(wrong.filename or directory))} can't be written: {wrong.strerror}. "
            "Make room for it, or choose another folder; running `gradgym start` again goes on where this stopped."
        ) from None
    return Started(**{word: tuple(paths) for word, paths in done.items()})


def origin(directory: Path) -> Path | None:
    """The course that a student's folder was made from, where it is still there."""
    try:
        root = Path((directory / KEPT / "origin").read_text(encoding="utf-8").strip())
    except OSError:
        return None
    return root if (root / "course.toml").is_file() else None


def _refuse_bad_places(course: Course, directory: Path) -> None:
    here, root = directory.resolve(), course.root.resolve()
    if is_students_copy(root):
        raise CourseError(f"{shown(root)} is a student's copy. Name the course itself with --course FOLDER.")
    if directory.exists() and not directory.is_dir():
        raise CourseError(f"{shown(directory)} is a file. Name a folder, new or empty.")
    solutions = course.solutions.resolve() if course.solutions else root
    if here.is_relative_to(root) or here.is_relative_to(solutions) or root.is_relative_to(here):
        raise CourseError(f"{shown(directory)} holds the course itself, or lies in it. Choose a folder beside it.")
    if (directory / "course.toml").exists() and not is_students_copy(directory):
        raise CourseError(f"{shown(directory)} holds another course. Choose a new or empty folder.")


def has_notebooks(directory: Path) -> bool:
    """Whether notebooks were brought into this student's copy, so that they are to be brought up to date, too."""
    return any((directory / PRISTINE).glob("*/*/*.ipynb"))


def _bring(new: bytes, target: Path, pristine: Path) -> tuple[str, ...]:
    """Bring one file up to date, and say in words of `Started` what became of it."""
    old, theirs = _read(pristine), _read(target)
    if theirs == new:
        words: tuple[str, ...] = ("unchanged",)
    elif theirs is None or theirs == old:
        words = ("added",) if theirs is None else ("updated",)
        _replace(target, new)
    else:
        words = ("kept", "newer") if new != old else ("kept",)
    if old != new:
        _replace(pristine, new)
    return words


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _replace(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
