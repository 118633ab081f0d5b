"""The report is the same in whatever order the host hears of a guest's end: from examiner, guest parent and pipes."""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.load import load_course
from grader.course.model import Exercise
from grader.report.model import Verdict

pytestmark = pytest.mark.jail

HERE = Path(__file__).parent


class Together(selectors.DefaultSelector):
    """Lets the host hear in one round that a guest is gone: from the examiner, and by its leash and its pipes."""

    first = "examiner"

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(timeout)
        if not any(map(of_examiner, ready)):
            time.sleep(0.1)
            ready = super().select(0)
        heard = [event for event in ready if of_examiner(event)]
        words = next_words(heard[0]) if heard else b""
        if b"gone" not in words:
            return heard if words else ready
        time.sleep(0.05)
        return sorted(super().select(0), key=of_examiner, reverse=self.first == "examiner")


class TogetherButTheLeashFirst(Together):
    first = "leash"


def of_examiner(event: Any) -> bool:
    return getattr(event[0].data, "__name__", "") == "_hear"


def next_words(event: Any) -> bytes:
    """The examiner's next message, left in place: four bytes of length, then JSON. Empty when the line is closed."""
    with socket.socket(fileno=os.dup(event[0].fd)) as line:
        while len(words := line.recv(4096, socket.MSG_PEEK)) == 4:
            time.sleep(0.001)
    return words[: 4 + int.from_bytes(words[:4], "little")]


@pytest.fixture(scope="module")
def blend() -> Exercise:
    return load_course(HERE / "course" / "exercises").exercises[0]


@pytest.fixture(scope="module")
def warm(blend: Exercise) -> Iterator[Grader]:
    with Grader(Settings(checks="hidden", seed=0)) as grader:
        grader.warm(blend)
        yield grader


@pytest.mark.parametrize(
    "order",
    [
        Together,
        TogetherButTheLeashFirst,
    ],
)
@pytest.mark.parametrize("name", ["blend_exits", "blend_brings_python_down"])
def test_a_guest_that_dies_is_reported_in_any_order(
    name: str, order: type, warm: Grader, blend: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "DefaultSelector", order)
    source = (HERE / "cases" / name / "submission.py").read_bytes()
    report = warm.grade(Submission("submission.py", source), blend)
    assert [check.verdict for check in report.checks] == [Verdict.CRASHED] * 3 + [Verdict.PASSED]
