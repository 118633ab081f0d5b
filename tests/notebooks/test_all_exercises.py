"""A notebook of ours, filled with the reference, runs in a kernel from top to bottom and gets full marks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.load import load_course
from grader.course.model import Course, Exercise
from grader.notebooks.making import notebook_of
from grader.report import Verdict

pytestmark = pytest.mark.jail

COURSE = Path(__file__).parents[2] / "exercises"
ALWAYS = ("sgd_step", "weight_decay")  # one without and one with an import of its own kit; the others are slow


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    exercises = load_course(COURSE, on_error=lambda slug, error: None).exercises
    marked = [
        pytest.param(exercise, id=exercise.slug, marks=() if exercise.slug in ALWAYS else pytest.mark.slow)
        for exercise in exercises
    ]
    metafunc.parametrize("shipped", marked)


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(COURSE, on_error=lambda slug, error: None)


@pytest.fixture(scope="module")
def hidden() -> Iterator[Grader]:
    """A grader behind the wall, with the hidden checks."""
    with Grader(Settings(checks="hidden", seed=0)) as grader:
        yield grader


def test_filled_with_the_reference_it_runs_and_gets_full_marks(
    course: Course, shipped: Exercise, hidden: Grader, execute: Callable[..., list[Any]], tmp_path: Path
) -> None:
    assert shipped.reference is not None
    notebook = json.loads(notebook_of(course, shipped))
    for cell in notebook["cells"]:
        if cell["id"] == f"{shipped.slug}-answer":
            cell["source"] = shipped.reference.read_text("utf-8")
    cells = execute(json.dumps(notebook), shipped.folder)
    (shown,) = cells[-1]["outputs"]
    said = "".join(shown["data"]["text/plain"])
    assert re.search(r"^✓ All \d public checks passed$", said, re.MULTILINE), said

    executed = (tmp_path / "executed.ipynb").read_bytes()  # with its outputs
    report = hidden.grade(Submission("ada.ipynb", executed), shipped)
    hidden.forget(shipped)
    assert (report.verdict, report.score) == (Verdict.PASSED, shipped.points), report.message
    assert report.notes == ()
