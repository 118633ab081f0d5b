"""Whether a guest could read what it must not: a course below a folder that all guests see."""

from __future__ import annotations

import os

from grader.host.task import Task
from grader.jail.outer import NoWall, outer_policy


def must_be_hidden(task: Task) -> None:
    """Raises NoWall when guests could read the exercise, because it lies below a folder that all of them see."""
    seen = outer_policy().read_only
    for path in filter(None, (task.course_root, task.reference, *task.checks)):
        real = os.path.realpath(path)
        folder = next((folder for folder in seen if real.startswith(f"{os.path.realpath(folder)}/")), None)
        if folder:
            raise NoWall(f"students' code could read {path}, which lies below {folder}. Move the course elsewhere")
