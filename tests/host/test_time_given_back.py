"""Check limits are wall clock, but time for which the machine had no processor for a guest is given back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.model import Exercise
from grader.report import Verdict

pytestmark = [pytest.mark.jail, pytest.mark.slow]

HEAD = b"import time\ndef double_it(x):\n    if not x.is_floating_point():\n        raise ValueError\n"
# One and a half seconds of processor time in one check, whose limit is two.
BUSY = (
    HEAD
    + b"    end = time.process_time() + 1.5 * (x.numel() == 3)\n    while time.process_time() < end:\n        pass\n"
)
BUSY += b"    return 2 * x\n"
ASLEEP = HEAD + b"    time.sleep(30)\n    return 2 * x\n"
ENDLESS = HEAD + b"    while True:\n        pass\n"


SPIN = "import time\nend = time.monotonic() + 25\nwhile time.monotonic() < end: pass"


@pytest.fixture
def crowd() -> Iterator[None]:
    """Three busy processes for each processor, for at most 25 s."""
    spinning = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(3 * (os.cpu_count() or 1))]
    time.sleep(0.5)
    yield
    for process in spinning:
        process.kill()
        process.wait()


def test_a_guest_without_a_processor_is_not_timed_out(exercises: dict[str, Exercise], crowd: None) -> None:
    with Grader(Settings(seed=0)) as grader:
        report = grader.grade(Submission("ada.py", BUSY), exercises["double_it"])
    assert report.verdict is Verdict.PASSED, report.checks
    assert report.seconds > 2.2, "the machine was not as busy as this test needs"


@pytest.mark.parametrize("source", [ASLEEP, ENDLESS], ids=["asleep", "endless"])
def test_what_would_run_for_ever_is_still_ended(exercises: dict[str, Exercise], source: bytes) -> None:
    with Grader(Settings(seed=0)) as grader:
        report = grader.grade(Submission("bob.py", source), exercises["double_it"])
    assert report.verdict is Verdict.TIMED_OUT
    assert report.seconds < 60
