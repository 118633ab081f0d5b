"""The shipped course, beside the tests: exercises/ and solutions/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.api import Grader, Settings
from grader.course.load import load_course
from grader.course.model import Course, Exercise

# Proved in every run of the tests; the others with `make test-all` and `make verify`.
CORE = {
    *("sgd_step", "minibatch_epochs", "gd_variants", "autograd_value", "mlp_two_layer", "softmax_cross_entropy"),
    *("momentum_nesterov", "rmsprop_adagrad", "adam", "adamw", "training_loop", "schedule_and_stop"),
}
ROOT = Path(__file__).parent.parent.parent / "exercises"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with the argument `exercise` runs for each exercise of the course that loads."""
    if "exercise" in metafunc.fixturenames:
        exercises = load_course(ROOT, on_error=lambda slug, error: None).exercises
        is_long = metafunc.function.__name__ == "test_the_proof_holds"
        params = [
            pytest.param(
                exercise, id=exercise.slug, marks=[pytest.mark.slow] if is_long and exercise.slug not in CORE else []
            )
            for exercise in exercises
        ]
        metafunc.parametrize("exercise", params, scope="module")


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
