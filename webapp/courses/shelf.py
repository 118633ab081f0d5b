"""Course folders, read once and read again when a file in them has changed."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from grader.course.hash import exercise_hash
from grader.course.load import load_course
from grader.course.model import Course, CourseError, Exercise

_FRESH_SECONDS = 2.0  # how long a folder is taken for unchanged without a look


@dataclass
class _Kept:
    course: Course
    stamp: int
    looked: float
    hashes: dict[str, str]


class Shelf:
    """Loaded courses by folder. For many threads."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def course(self, folder: str) -> Course:
        """The course in this folder as it is now. Raises CourseError when it can't be read.

        An exercise that can't be read is left out; the others stay usable.
        """
        with self._lock:
            return self._look(folder).course

    def exercise(self, folder: str, slug: str) -> Exercise:
        """Raises CourseError when there is no such exercise, or no course."""
        for exercise in self.course(folder).exercises:
            if exercise.slug == slug:
                return exercise
        raise CourseError(f"{folder} has no exercise {slug} that can be read: run `gradgym verify` there.")

    def hash_of(self, folder: str, slug: str) -> str:
        """What decides how this exercise is graded now. Raises CourseError."""
        exercise = self.exercise(folder, slug)
        with self._lock:
            hashes = self._look(folder).hashes
            if slug not in hashes:
                hashes[slug] = exercise_hash(exercise)
            return hashes[slug]

    def _look(self, folder: str) -> _Kept:
        kept = self._kept.get(folder)
        if kept and time.monotonic() - kept.looked < _FRESH_SECONDS:
            return kept
        root = Path(folder)
        stamp = _stamp(root)
        if kept is None or stamp != kept.stamp:
            course = load_course(root, on_error=lambda slug, error: None)
            kept = self._kept[folder] = _Kept(course, stamp, 0.0, {})
        kept.looked = time.monotonic()
        return kept


def _stamp(root: Path) -> int:
    """Differs when a file of the course or of its solutions was changed, came or went."""
    found = []
    for top in (root, root.parent / "solutions"):
        for folder, inside, files in os.walk(top):
            inside[:] = [name for name in inside if name != "__pycache__" and not name.startswith(".")]
            for name in files:
                try:
                    status = os.stat(os.path.join(folder, name))
                except FileNotFoundError:
                    continue  # gone since: the next look sees it
                found.append((folder, name, status.st_mtime_ns, status.st_size))
    return hash(tuple(sorted(found)))
