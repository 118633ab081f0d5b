"""Many gradings, attacks among them: the host stays as it was, and good students get their marks every time."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.load import load_course
from grader.course.model import Exercise
from grader.report import Report, Verdict

pytestmark = pytest.mark.jail

HERE = Path(__file__).parent
COURSE = load_course(HERE.parents[1] / "exercises")
TINY = load_course(HERE.parent / "tiny_course" / "exercises")
ATTACKS = ("forks", "memory", "memory_of_many", "threads", "loud", "forges", "fills_folders", "exits", "opens", "hangs")
IN_A_ROW = 50
LONGEST = 3600  # seconds; only a run that hangs takes that long


# The host


@pytest.mark.slow
def test_five_hundred_gradings_leave_the_host_as_large_as_it_was() -> None:
    done = subprocess.run(
        [sys.executable, HERE / "long_run.py", "60", "500"], capture_output=True, text=True, timeout=LONGEST
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    before, after = found["before"], found["after"]
    assert found["surprises"] == []
    assert after["resident"] <= 1.1 * before["resident"]
    assert (after["descriptors"], after["threads"]) == (before["descriptors"], before["threads"])


# Good students


Attacking = Callable[[], AbstractContextManager[list[Report]]]


@pytest.fixture(scope="module")
def beside(tiny_course: object) -> Iterator[Grader]:
    """One grader for good students and for attackers: their guests have the same parent."""
    with Grader(Settings(seed=0)) as grader:
        grader.warm(TINY.exercises[0])
        yield grader


@pytest.fixture
def attacking(beside: Grader) -> Attacking:
    """While this lasts, one attack after the other is graded. Gives the list of their reports."""

    @contextmanager
    def attacks() -> Iterator[list[Report]]:
        over, reports = threading.Event(), list[Report]()

        def go_on() -> None:
            for name in itertools.cycle(ATTACKS):
                if over.is_set():
                    return
                source = (HERE / "mixture" / f"{name}.py").read_bytes()
                reports.append(beside.grade(Submission(f"{name}.py", source), TINY.exercises[0]))

        mallory = threading.Thread(target=go_on)
        mallory.start()
        try:
            yield reports
        finally:
            over.set()
            mallory.join()
        assert reports
        assert not {report.verdict for report in reports} & {Verdict.NOT_GRADED, Verdict.BROKEN_EXERCISE}

    return attacks


def right_answers(grader: Grader, exercise: Exercise) -> dict[str, bytes]:
    """The reference, and what mistakes.py calls right as well."""
    assert exercise.reference is not None
    programs = grader.programs(exercise).programs
    also = {program["id"]: program["source"].encode() for program in programs if not program["caught_by"]}
    return {"the reference": exercise.reference.read_bytes(), **also}


def grade_in_a_row(grader: Grader, exercise: Exercise, times: int) -> list[str]:
    """What kept a right answer from full marks, in words."""
    hurt = []
    for name, source in right_answers(grader, exercise).items():
        for number in range(times):
            report = grader.grade(Submission("ada.py", source), exercise)
            if report.verdict is not Verdict.PASSED or report.score != exercise.points:
                why = [f"{c.name} {c.verdict}: {c.rationale}" for c in report.checks if c.verdict is not Verdict.PASSED]
                load = os.getloadavg()[0]
                hurt.append(f"{name}, time {number}: {report.verdict} {report.message} {why[:2]} (load {load:.1f})")
    return hurt


@pytest.mark.parametrize("exercise", TINY.exercises, ids=lambda exercise: exercise.slug)
def test_good_students_are_not_hurt_by_attacks_beside_them(
    beside: Grader, attacking: Attacking, exercise: Exercise
) -> None:
    beside.warm(exercise)
    with attacking():
        assert grade_in_a_row(beside, exercise, 4) == []


@pytest.mark.slow
@pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda exercise: exercise.slug)
def test_no_right_answer_of_the_course_is_ever_hurt(beside: Grader, attacking: Attacking, exercise: Exercise) -> None:
    beside.warm(exercise)
    try:
        with attacking():
            assert grade_in_a_row(beside, exercise, IN_A_ROW) == []
    finally:
        beside.forget(exercise)
