"""The bench's runs, small: a class that submits at once, processes that are killed meanwhile, a backup."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.reliability.runs import backup_run, kill_run, load_run

COURSE = Path(__file__).parents[2] / "golden" / "course" / "exercises"
SLUGS = ("blend", "running_mean")

pytestmark = pytest.mark.jail


@pytest.fixture(autouse=True)
def all_gone(processes_below: Any, wait_until: Callable[..., None]) -> Any:
    """One that was importing torch when its parent was killed hears of that only afterwards."""
    before = set(processes_below(os.getpid()))
    yield
    wait_until(lambda: set(processes_below(os.getpid())) <= before, "something of it stays behind")


def test_a_class_that_submits_at_once_is_graded_and_nothing_is_lost_or_twice(tmp_path: Path) -> None:
    out = load_run(tmp_path, COURSE, SLUGS, students=30, seconds=2, jobs=2)
    assert out.faults == []
    assert out.figures["submissions accepted"].startswith("30 of 30 ")


def test_whatever_is_killed_nothing_is_lost_and_no_grade_is_another(tmp_path: Path) -> None:
    out = kill_run(tmp_path, COURSE, SLUGS, students=10, each=3, kills=10, pause=1.0, jobs=2)
    assert out.faults == []


def test_a_backup_while_students_submit_is_of_one_moment_and_works_elsewhere(tmp_path: Path) -> None:
    out = backup_run(tmp_path, COURSE, SLUGS, students=20, seconds=4, jobs=2)
    assert out.faults == []
