"""Grading again: a shadow run with a diff, accepted as a whole or dropped."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from grader.report.model import Verdict
from webapp.db.teaching import CourseRow
from webapp.db.work import AuditEvent, Grading, Job, JobState, Regrade, Result, Submission
from webapp.gradebook import regrade
from webapp.grading import queue
from webapp.web.problem import Problem


def points(site: Any, name: str) -> int | None:
    with site.database.read() as db:
        return db.get_one(Result, (site.enrolments[name], site.assignments["double_it"])).points


def start(site: Any, **scope: Any) -> int:
    with site.database.write() as db:
        course = db.get_one(CourseRow, site.courses["tiny"])
        return regrade.start(db, site.person("grace"), course, reason="a check was wrong", **scope).id


def grade_all(site: Any, report: Any) -> int:
    """Put `report` on record for all that waits."""
    done = 0
    while True:
        with site.database.write() as db:
            one = queue.claim(db, "by hand", site.settings.limits)
            if one is None:
                return done
            assert queue.finish(db, one, report, "by hand", site.settings.limits)
        done += 1


def decide(site: Any, act: Any, id: int) -> Any:
    with site.database.write() as db:
        return act(db, site.person("grace"), db.get_one(CourseRow, site.courses["tiny"]), id)


def test_nothing_changes_until_somebody_accepts(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(3000), source=b"a = 1\n")
    site.graded("bob", made_up(1000), source=b"b = 1\n")
    run = start(site, assignment=site.assignments["double_it"])
    assert grade_all(site, made_up(2000)) == 2
    assert (points(site, "ada"), points(site, "bob")) == (3000, 1000)
    with site.database.read() as db:
        found = regrade.changes(db, db.get_one(Regrade, run))
    assert [(one.student, one.before, one.after, one.difference) for one in found] == [
        ("Ada", 3000, 2000, -1000),
        ("Bob", 1000, 2000, 1000),
    ]
    decide(site, regrade.accept, run)
    assert (points(site, "ada"), points(site, "bob")) == (2000, 2000)
    with site.database.read() as db:
        events = db.scalars(select(AuditEvent).where(AuditEvent.action == "points.regraded")).all()
        assert sorted((event.before["points"], event.after["points"]) for event in events) == [
            (1000, 2000),
            (3000, 2000),
        ]
        assert db.scalar(select(func.count()).select_from(Grading)) == 4, "what was found before stays on record"


def test_a_dropped_run_changes_nothing_and_leaves_nothing_to_grade(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(3000))
    run = start(site)
    decide(site, regrade.drop, run)
    assert grade_all(site, made_up(0)) == 0
    assert points(site, "ada") == 3000
    with site.database.read() as db:
        assert db.scalar(select(Job.state).where(Job.regrade_id == run)) == JobState.DROPPED


def test_a_worker_that_finishes_after_the_run_was_dropped_is_not_heard(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(3000))
    run = start(site)
    with site.database.write() as db:
        one = queue.claim(db, "late", site.settings.limits)
    decide(site, regrade.drop, run)
    with site.database.write() as db:
        assert one is not None and not queue.finish(db, one, made_up(0), "late", site.settings.limits)


def test_a_run_is_accepted_once_and_only_when_it_is_done(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(3000))
    run = start(site)
    with pytest.raises(Problem, match="isn't done"):
        decide(site, regrade.accept, run)
    with pytest.raises(Problem, match="already"):
        start(site)
    grade_all(site, made_up(1000))
    decide(site, regrade.accept, run)
    for act in (regrade.accept, regrade.drop):
        with pytest.raises(Problem, match="accepted already"):
            decide(site, act, run)


def test_our_failure_in_a_run_leaves_that_submission_as_it_was(site: Any, made_up: Any) -> None:
    sent = site.graded("ada", made_up(3000))
    run = start(site, submission=sent)
    broken = made_up(0, verdict=Verdict.BROKEN_EXERCISE, score=None)
    assert grade_all(site, broken) == 1
    decide(site, regrade.accept, run)
    assert points(site, "ada") == 3000
    with site.database.read() as db:
        counting = db.get_one(Grading, db.get_one(Submission, sent).grading_id)
        assert counting.regrade_id is None


def test_new_submissions_are_graded_before_those_of_a_run(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(3000))
    start(site)
    new = site.submit("bob", b"new = 1\n").submission.id
    with site.database.write() as db:
        assert queue.claim(db, "one", site.settings.limits).submission == new


def test_a_run_needs_a_reason_and_something_to_grade(site: Any, made_up: Any) -> None:
    with pytest.raises(Problem, match="Nothing that was graded"):
        start(site)
    site.graded("ada", made_up(3000))
    with site.database.write() as db, pytest.raises(Problem, match="Say why"):
        regrade.start(db, site.person("grace"), db.get_one(CourseRow, site.courses["tiny"]), reason="  ")
