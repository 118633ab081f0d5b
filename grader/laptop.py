"""Plain pytest in a student's folder (`-p grader.laptop`): the public checks on the file beside them, in-process."""

from __future__ import annotations

import functools
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from grader.checks import plugin as checks_plugin
from grader.checks.declare import spec_of
from grader.checks.desk import Desk
from grader.checks.failure import CheckFailed
from grader.checks.plugin import DESKS, OUTCOME
from grader.course.load import find_course, find_exercise, load_course
from grader.host.modules import module_here
from grader.host.task import task_of
from grader.report.differences import rows
from grader.report.model import Verdict
from grader.wire.messages import Loaded


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(checks_plugin, "gradgym-checks")
    config.stash[DESKS] = lambda item: _desk(item.path.parent)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    outcome = item.stash.get(OUTCOME, None)
    if report.failed and outcome is not None and outcome.verdict is not Verdict.BROKEN_EXERCISE:
        place = f"\n  {outcome.where.file}:{outcome.where.line}: {outcome.where.source}" if outcome.where else ""
        compared = (
            "".join(f"\n  {label}: {text}" for label, text in rows(outcome.difference)) if outcome.difference else ""
        )
        spec = spec_of(getattr(item, "obj", None))
        words = outcome.hint or (spec.hint if spec else "")
        hint = f"\n  hint: {words}" if words else ""
        report.longrepr = f"{outcome.rationale}{compared}{place}{hint}"
    return report


@functools.cache
def _desk(folder: Path) -> Desk:
    exercise = find_exercise(load_course(find_course(folder), on_error=lambda slug, error: None), folder.name)
    if not exercise.stub.is_file():
        raise CheckFailed(f"{exercise.stub.name} is not there. `gradgym reset {exercise.slug}` brings the stub back.")
    session, loaded = module_here(task_of(exercise, ("public",)), exercise.stub.read_bytes(), trusted=False)
    _must_load(loaded)
    return Desk(exercise=exercise.slug, student=session, reference=None, seed=0)


def _must_load(loaded: Loaded) -> None:
    if loaded.problem:
        place = f" (line {loaded.where.line}: {loaded.where.source})" if loaded.where else ""
        raise CheckFailed(f"{loaded.message}{place}")
