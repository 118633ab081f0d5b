"""Every exercise of the shipped course is proved, as `gradgym verify` does it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.api import Grader, Submission
from grader.course.model import Exercise
from grader.host.task import packages_needed
from grader.proof import prove
from grader.report.model import Verdict
from grader.samples import samples_of

pytestmark = pytest.mark.jail

SLOW = "Raise [limits] seconds"  # what the proof says of a check that took long; a busy machine makes it say so


def test_the_reference_passes_public_and_hidden_checks(warm: Grader, exercise: Exercise) -> None:
    assert exercise.reference is not None
    report = warm.grade(Submission.from_file(exercise.reference), exercise)
    assert {check.name: check.verdict for check in report.checks if check.verdict is not Verdict.PASSED} == {}
    assert {check.hidden for check in report.checks} == {False, True}
    assert (report.verdict, report.score) == (Verdict.PASSED, exercise.points)


def test_what_its_checks_need_of_torch_is_warm(exercise: Exercise) -> None:
    """The first step of an optimizer imports for half a second: that belongs before the fork, not into each grading."""
    files = [exercise.public_checks, exercise.hidden_checks_file, exercise.mistakes, exercise.kit]
    paths = [str(path) for path in files if path]
    steps = any(re.search(r"\btorch\.optim\b", Path(path).read_text("utf-8")) for path in paths)
    assert packages_needed(paths) == (["optim"] if steps else [])


def test_the_samples_of_the_demo_end_as_they_should(warm: Grader, exercise: Exercise) -> None:
    ends = {}
    for sample in samples_of(exercise, warm.programs(exercise), hanging=False):
        report = warm.grade(Submission(sample.name, sample.source.encode()), exercise)
        if not sample.as_meant(report):
            ends[sample.name] = f"{report.verdict}: {report.message}"
    assert ends == {}


def test_the_proof_holds(warm: Grader, exercise: Exercise) -> None:
    problems = prove(exercise, warm).problems
    assert [problem for problem in problems if SLOW not in problem] == []


def test_the_reference_needs_a_third_of_its_limit_at_most(warm: Grader, exercise: Exercise) -> None:
    """The best of three gradings counts: a busy machine makes any check look slow."""
    assert exercise.reference is not None
    reference = Submission.from_file(exercise.reference)
    seconds = [[check.seconds for check in warm.grade(reference, exercise).checks] for _ in range(3)]
    assert 3 * max(map(min, zip(*seconds, strict=True))) <= exercise.limits.seconds
