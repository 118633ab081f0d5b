"""What a student may read."""

from __future__ import annotations

from typing import Any

import pytest

from grader.report import Difference, Report, Verdict, Where, to_json
from grader.report.visibility import for_student
from grader.report.words import headline

SECRETS: dict[str, Any] = {
    "rationale": "SECRET rationale",
    "hint": "SECRET hint",
    "mistake": "SECRET_mistake",
    "difference": Difference(what="SECRET what", kind="values", got="SECRET got"),
    "where": Where(file="adam.py", line=3, source="SECRET source"),
}


@pytest.fixture
def full(report: Any, check: Any) -> Report:
    whole: Report = report(
        check("test_never", Verdict.CRASHED, visible="never", title="SECRET title", seconds=1.5, **SECRETS),
        check("test_open", Verdict.WRONG, mistake="ascends", hint="Which way is down?"),
        check("test_later", Verdict.TIMED_OUT, visible="after_due", title="a long run", **SECRETS),
        check("test_never_too", visible="never", points=500, earned=500, title="SECRET title"),
        check("test_fine"),
        verdict=Verdict.CRASHED,
    )
    return whole


def test_nothing_secret_is_left_before_the_due_date(full: Report) -> None:
    told = for_student(full)
    assert "SECRET" not in to_json(told) and "test_never" not in to_json(told)
    assert told.mistakes == ("ascends",)
    assert told.seed == 0


def test_an_after_due_check_keeps_name_title_verdict_and_points(full: Report) -> None:
    later = for_student(full).checks[1]
    assert (later.name, later.title, later.verdict) == ("test_later", "a long run", Verdict.TIMED_OUT)
    assert (later.points, later.earned, later.rationale, later.difference) == (1250, 0, "", None)


def test_an_after_due_check_is_whole_after_the_due_date(full: Report) -> None:
    told = for_student(full, after_due=True)
    assert told.checks[1] == full.checks[2]
    assert told.mistakes == ("SECRET_mistake", "ascends")


@pytest.mark.parametrize("after_due", [False, True])
def test_a_never_check_is_an_anonymous_entry_at_the_end(full: Report, after_due: bool) -> None:
    one, two = for_student(full, after_due=after_due).checks[-2:]
    assert (one.name, one.title, one.verdict) == ("hidden_check_1", "a check that stays hidden", Verdict.WRONG)
    assert (two.name, two.verdict, two.earned) == ("hidden_check_2", Verdict.PASSED, 500)
    assert (one.seconds, one.rationale, one.hint, one.mistake, one.difference, one.where) == (0, "", "", "", None, None)


@pytest.mark.parametrize("after_due", [False, True])
def test_sums_counts_and_headline_are_those_of_the_instructor(full: Report, after_due: bool) -> None:
    told = for_student(full, after_due=after_due)
    assert sum(check.points for check in told.checks) == full.max_score == told.max_score
    assert sum(check.earned for check in told.checks) == full.score == told.score
    assert headline(told) == headline(full)


def test_the_verdict_is_never_one_that_only_an_anonymous_check_gave(full: Report, report: Any, check: Any) -> None:
    assert for_student(full).verdict is Verdict.WRONG
    both = report(check("test_a", Verdict.CRASHED), check("test_b", Verdict.CRASHED, visible="never"))
    assert for_student(both).verdict is Verdict.CRASHED
    ours = report(check("test_a", Verdict.NOT_GRADED, visible="never"))
    assert for_student(ours).verdict is Verdict.NOT_GRADED
    assert for_student(ours).checks[0].verdict is Verdict.NOT_GRADED


def test_a_word_that_is_not_known_hides(report: Any, check: Any) -> None:
    told = for_student(report(check("test_a", Verdict.WRONG, visible="perhaps", **SECRETS)), after_due=True)
    assert "SECRET" not in to_json(told) and told.checks[0].name == "hidden_check_1"


@pytest.mark.parametrize("after_due", [False, True])
def test_doing_it_twice_changes_nothing_more(full: Report, bobs: Report, after_due: bool) -> None:
    for whole in (full, bobs):
        once = for_student(whole, after_due=after_due)
        assert for_student(once, after_due=after_due) == once


def test_a_report_of_public_checks_stays_as_it_is(report: Any, check: Any) -> None:
    public = report(check(hidden=False), check(verdict=Verdict.WRONG, hidden=False, **SECRETS))
    assert for_student(public) == public
