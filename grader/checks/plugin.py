"""The pytest plugin: `@check` functions get their arguments from a desk, and exceptions become outcomes.

Whoever runs pytest puts a function that finds the desk of a test item into `config.stash[DESKS]`.
"""

from __future__ import annotations

import functools
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
_ENDS_PYTEST: tuple[type[BaseException], ...] = (KeyboardInterrupt, pytest.exit.Exception)


def _placeholder(name: str) -> Any:
    @pytest.fixture(name=name)
    def fixture() -> None:
        """Given by the desk when the check runs."""

    return fixture


for _name in FIXTURES:
    globals()[f"{_name}_fixture"] = _placeholder(_name)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if spec_of(pyfuncitem.obj) is None:
        return None
    _run(pyfuncitem.config.stash[DESKS](pyfuncitem), pyfuncitem, pyfuncitem.funcargs)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    if call.excinfo is None:
        if call.when == "call":
            item.stash[OUTCOME] = PASSED
    elif call.when != "teardown":
        item.stash[OUTCOME] = _outcome(call.excinfo.value)
    return (yield)


@functools.cache
def is_plain(item: pytest.Function) -> bool:
    """Whether a check needs nothing of pytest but to be called: no mark, no class, no argument that isn't the desk's.

    (Fixtures for all tests, and setup functions, are arguments as well.)
    """
    own = item.cls is None and not any(item.iter_markers()) and not hasattr(item.module, "pytest_plugins")
    return own and set(item.fixturenames) <= set(FIXTURES)


def outcome_of_plain(item: pytest.Function, desk: Desk) -> Outcome:
    """The outcome of a plain check, called without pytest's protocol, which takes longer than most checks do.

    Raises what passes through (see PASSES_THROUGH), and what ends pytest.
    """
    try:
        _run(desk, item, {})
    except (*PASSES_THROUGH, *_ENDS_PYTEST):
        raise
    except BaseException as error:
        return _outcome(error)
    return PASSED


def _outcome(error: BaseException) -> Outcome:
    broken = Outcome(verdict=Verdict.BROKEN_EXERCISE, rationale=f"The check can't run: {error}")
    return outcome_of(error) or broken


def _run(desk: Desk, item: pytest.Function, others: dict[str, Any]) -> None:
    """The check on this desk. What it stumbles over is the student's value, or else the check is broken."""
    spec = spec_of(item.obj)
    assert spec is not None
    try:
        desk.run(item.obj, item.name, spec, others)
    except Doubtful as error:
        raise _blame(desk, item, error) from error
    except (CheckFailed, StudentRaised, BrokenExercise):
        raise
    except Exception as error:
        if outcome_of(error) is not None or isinstance(error, PASSES_THROUGH):
            raise
        raise _blame(desk, item, error) from error


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
