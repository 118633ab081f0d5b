"""A pytest plugin: an exercise's hidden checks on one file, in this very process (no wall, no second process).

The file and the exercise come from BENCH_FILE and BENCH_EXERCISE (the course's folder: BENCH_COURSE).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.checks import plugin as checks_plugin
from grader.checks.desk import Desk
from grader.checks.plugin import DESKS
from grader.course.load import find_exercise, load_course
from grader.host.modules import module_here
from grader.host.task import task_of


def desk_for(course: str, slug: str, file: str) -> Desk:
    """A desk with the file as student's module and the reference beside it, both in this process."""
    exercise = find_exercise(load_course(Path(course)), slug)
    task = task_of(exercise, ("hidden",))
    assert task.reference is not None
    student, _ = module_here(task, Path(file).read_bytes(), trusted=False)
    reference, _ = module_here(task, Path(task.reference).read_bytes(), trusted=True)
    return Desk(exercise=slug, student=student, reference=reference, seed=0)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(checks_plugin, "gradgym-checks")
    desk = desk_for(os.environ["BENCH_COURSE"], os.environ["BENCH_EXERCISE"], os.environ["BENCH_FILE"])
    config.stash[DESKS] = lambda item: desk
