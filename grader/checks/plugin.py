"""The pytest plugin: `@check` functions get their arguments from a desk, and exceptions become outcomes.

Whoever runs pytest puts a function that finds the desk of a test item into `config.stash[DESKS]`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest

from grader.checks.declare import spec_of
from grader.checks.desk import FIXTURES, Desk
from grader.checks.failure import BrokenExercise, CheckFailed, Doubtful, GradingStopped, ReferenceRaised, StudentRaised
from grader.checks.outcome import outcome_of
from grader.report.model import Verdict
from grader.report.outcome import PASSED, Outcome
from grader.wire.errors import WireClosed, WireError

DESKS = pytest.StashKey[Callable[[pytest.Item], Desk]]()
# Errors that say nothing about the check or the student's values: whoever runs pytest deals with them.
PASSES_THROUGH: tuple[type[Exception], ...] = (WireClosed, WireError, GradingStopped)
OUTCOME = pytest.StashKey[Outcome]()


def _placeholder(name: str) -> Any:
    @pytest.fixture(name=name)
    def fixture() -> None:
        """Given by the desk when the check runs."""

    return fixture


for _name in FIXTURES:
    globals()[f"{_name}_fixture"] = _placeholder(_name)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    spec = spec_of(pyfuncitem.obj)
    if spec is None:
        return None
    desk = pyfuncitem.config.stash[DESKS](pyfuncitem)
    try:
        desk.run(pyfuncitem.obj, pyfuncitem.name, spec, pyfuncitem.funcargs)
    except Doubtful as error:
        raise _blame(desk, pyfuncitem, error) from error
    except (CheckFailed, StudentRaised, BrokenExercise):
        raise
    except Exception as error:
        if outcome_of(error) is not None or isinstance(error, PASSES_THROUGH):
            raise
        raise _blame(desk, pyfuncitem, error) from error
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    if call.excinfo is None:
        if call.when == "call":
            item.stash[OUTCOME] = PASSED
    elif call.when != "teardown":
        error = call.excinfo.value
        broken = Outcome(verdict=Verdict.BROKEN_EXERCISE, rationale=f"The check can't run: {error}")
        item.stash[OUTCOME] = outcome_of(error) or broken
    return (yield)


def _blame(desk: Desk, item: pytest.Function, error: Exception) -> Exception:
    """A check stumbled over a value.

    If the reference passes the same check, the value was the student's; else the check is broken.
    """
    words = f"{type(error).__name__}: {error}"
    spec = spec_of(item.obj)
    assert spec is not None
    try:
        desk.with_reference_as_student().run(item.obj, item.name, spec, item.funcargs)
    except BrokenExercise as no_reference:
        if "no reference" not in str(no_reference):
            return no_reference
    except Exception as again:
        return BrokenExercise(f"the check {item.name} fails on the reference as well ({type(again).__name__}: {again})")
    if isinstance(error, ReferenceRaised):
        return CheckFailed("Your code changed what it was given so that nothing more could be computed with it.")
    return CheckFailed(
        f"The check could not use what your code returned ({words}). Compare types and shapes with the statement."
    )
