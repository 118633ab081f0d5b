"""`look(program)`: grade a submission that looks around, and get what its function `look` returned."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from grader.jail.outer import outer_policy, scratch_folder
from grader.report import Report

Look = Callable[..., Any]

_REST = """
import json as _json, sys as _sys, traceback as _traceback
if not hasattr(_sys, "looked"):
    _sys.looked = True
    try:
        _found = look()
    except BaseException:
        _found = {"error": _traceback.format_exc()[-1000:]}
    print("FOUND" + _json.dumps(_found, default=repr), flush=True)

def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
"""

_TRIED = """
import ctypes, errno, os, signal, socket, sys, time

def tried(action, *args, **kwargs):
    try:
        return str(action(*args, **kwargs))
    except BaseException as error:
        return f"refused: {type(error).__name__}: {error}"
"""


@pytest.fixture
def looking() -> Callable[[str], str]:
    """A submission that runs `look()` of this program once, and is right otherwise."""
    scratch = scratch_folder(outer_policy())  # not /tmp when the interpreter lies below it
    return lambda program: f"{_TRIED}\n{program.replace('/tmp', scratch)}\n{_REST}"


@pytest.fixture
def found_in() -> Callable[[Report], Any]:
    """What a submission of `looking` found."""

    def found(report: Report) -> Any:
        lines = [line for line in report.stdout.splitlines() if line.startswith("FOUND")]
        assert len(lines) == 1, (report.verdict, report.message, report.stdout, report.stderr)
        said = json.loads(lines[0].removeprefix("FOUND"))
        assert not (isinstance(said, dict) and "error" in said), said["error"]
        return said

    return found


@pytest.fixture
def look(grade: Callable[..., Report], looking: Callable[[str], str], found_in: Callable[[Report], Any]) -> Look:
    return lambda program, **options: found_in(grade("double_it", looking(program), **options))
