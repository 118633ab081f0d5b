"""The watchdog: many processes, each within its own limit, are ended together when they hold too much together."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.load import find_exercise, load_course
from grader.course.model import Limits
from grader.report.model import Verdict

_COURSE = Path(__file__).resolve().parents[2] / "exercises"

_SIX_PROCESSES_OF_100_MB = b"""
import typing
os, time = typing.sys.modules["os"], typing.sys.modules["time"]

def sgd_step(params, grads, lr, weight_decay=0.0, maximize=False):
    for _ in range(6):
        if os.fork() == 0:
            held = bytearray(100 << 20)
            for place in range(0, len(held), 4096):
                held[place] = 1
            time.sleep(4)
            os._exit(0)
    time.sleep(4)
"""


@pytest.mark.jail
@pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap on this machine")
def test_processes_that_hold_too_much_together_are_ended_as_out_of_memory() -> None:
    exercise = find_exercise(load_course(_COURSE), "sgd_step")
    small = dataclasses.replace(exercise, limits=Limits(seconds=10, memory_mb=300))
    with Grader(Settings(seed=0)) as grader:
        report = grader.grade(Submission("mallory.py", _SIX_PROCESSES_OF_100_MB), small)
        assert report.checks[0].verdict is Verdict.OUT_OF_MEMORY
        assert "more than 300 MB of memory together" in report.checks[0].rationale
        right = grader.grade(Submission.from_file(exercise.reference), small) if exercise.reference else None
        assert right is not None
        assert right.verdict is Verdict.PASSED
