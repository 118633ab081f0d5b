"""One short word for everything that decides how an exercise is graded: when it changes, results may change."""

from __future__ import annotations

import hashlib

from grader.course.files import hashed_files
from grader.course.model import Exercise


def exercise_hash(exercise: Exercise) -> str:
    """ "sha256:" and 16 hex digits over names and contents of public files, solution and course_data.py.

    On a student's side, without solutions, it says nothing about the stub, so that it stays the same while they work.
    """
    digest = hashlib.sha256()
    for name, path in hashed_files(exercise).items():
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return f"sha256:{digest.hexdigest()[:16]}"
