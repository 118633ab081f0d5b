"""The shipped course, beside the tests: exercises/ and solutions/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.api import Grader, Settings
from grader.course.load import load_course
from grader.course.model import Course, Exercise

ROOT = Path(__file__).parent.parent.parent / "exercises"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with the argument `exercise` runs for each exercise of the course that loads."""
    if "exercise" in metafunc.fixturenames:
        exercises = load_course(ROOT, on_error=lambda slug, error: None).exercises
        metafunc.parametrize("exercise", exercises, ids=[exercise.slug for exercise in exercises], scope="module")


@pytest.fixture(scope="session")
def course() -> Course:
    return load_course(ROOT)


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    """A grader behind the wall that runs public and hidden checks."""
    with Grader(Settings(checks="all", seed=0)) as grader:
        yield grader


@pytest.fixture(scope="module")
def warm(grader: Grader, exercise: Exercise) -> Iterator[Grader]:
    """The grader, warm for this exercise as long as its tests run."""
    grader.warm(exercise)
    yield grader
    grader.forget(exercise)
