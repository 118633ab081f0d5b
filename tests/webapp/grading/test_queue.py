"""From an accepted submission to a grading on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from grader.report.model import Verdict
from webapp.db.base import now
from webapp.db.work import Grading, Job, JobState, Result, State, Submission
from webapp.grading import queue


def state_of(site: Any, submission: int) -> State:
    with site.database.read() as db:
        return State(db.get_one(Submission, submission).state)


def result_of(site: Any, name: str, slug: str = "double_it") -> Result:
    with site.database.read() as db:
        found = db.get(Result, (site.enrolments[name], site.assignments[slug]))
        assert found is not None
        return found


@pytest.mark.jail
def test_what_ada_sends_is_graded_behind_the_wall_and_counts(site: Any, work: Any) -> None:
    sent = site.submit("ada")
    assert state_of(site, sent.submission.id) is State.QUEUED
    assert work() == 1
    assert state_of(site, sent.submission.id) is State.GRADED
    result = result_of(site, "ada")
    assert (result.points, result.verdict, result.attempts) == (3000, "passed", 1)


def test_a_worker_that_was_thought_dead_changes_nothing(site: Any, made_up: Any) -> None:
    sent = site.submit("ada").submission.id
    limits = site.settings.limits
    with site.database.write() as db:
        first = queue.claim(db, "one", limits)
    with site.database.write() as db:
        assert queue.claim(db, "two", limits) is None, "a lease holds"
        db.get_one(Job, first.job).lease_until = now() - timedelta(seconds=1)
    with site.database.write() as db:
        second = queue.claim(db, "two", limits)
        assert second.submission == sent and second.fence > first.fence
    with site.database.write() as db:
        assert not queue.finish(db, first, made_up(0), "one", limits)
    with site.database.write() as db:
        assert queue.finish(db, second, made_up(3000), "two", limits)
    with site.database.write() as db:
        assert not queue.finish(db, second, made_up(0), "two", limits), "twice is once"
        assert db.scalar(select(func.count()).select_from(Grading)) == 1
    assert result_of(site, "ada").points == 3000


def test_our_failure_is_tried_again_then_needs_an_operator_and_is_no_attempt(site: Any, made_up: Any) -> None:
    site.change(queue.Assignment, site.assignments["double_it"], max_attempts=1)
    sent = site.submit("ada").submission.id
    failed = made_up(0, verdict=Verdict.NOT_GRADED, score=None, message="no wall")
    for tried in range(1, 4):
        with site.database.write() as db:
            one = queue.claim(db, "one", site.settings.limits)
            assert one is not None, f"try {tried}"
            assert queue.finish(db, one, failed, "one", site.settings.limits)
            job = db.get_one(Job, one.job)
            job.not_before = now()
        assert state_of(site, sent) is (State.QUEUED if tried < 3 else State.NOT_GRADED)
    result = result_of(site, "ada")
    assert (result.points, result.attempts, result.is_waiting) == (None, 0, False)
    with site.database.write() as db:
        dead = db.scalar(select(Job).where(Job.state == JobState.DEAD))
        assert dead.trouble == "no wall"
        queue.retry(db, dead)
    assert site.submit("ada").is_repeat, "it waits again, so it is the same submission"
    assert state_of(site, sent) is State.QUEUED


def test_a_job_that_ends_its_worker_each_time_is_given_up(site: Any) -> None:
    sent, limits = site.submit("ada").submission.id, site.settings.limits
    for _ in range(limits.losses):
        with site.database.write() as db:
            one = queue.claim(db, "one", limits)
            assert one is not None
        with site.database.write() as db:
            assert queue.release(db, "one") == 1, "its worker ended, and a new one has its name"
    with site.database.write() as db:
        assert queue.claim(db, "one", limits) is None
    assert state_of(site, sent) is State.NOT_GRADED


def test_the_end_of_a_worker_is_no_try_of_the_job_and_others_go_first(site: Any, made_up: Any) -> None:
    lost, other = site.submit("ada").submission.id, site.submit("bob").submission.id
    limits = site.settings.limits
    with site.database.write() as db:
        assert queue.claim(db, "one", limits).submission == lost
    with site.database.write() as db:
        queue.release(db, "one")
    with site.database.write() as db:
        assert queue.claim(db, "one", limits).submission == other, "in case it was this job that ended the worker"
    with site.database.write() as db:
        again = queue.claim(db, "one", limits)
        job = db.get_one(Job, again.job)
        assert (again.submission, job.tries, job.losses) == (lost, 1, 1)
    with site.database.write() as db:
        assert queue.finish(db, again, made_up(), "one", limits)
    assert state_of(site, lost) is State.GRADED


def test_one_student_with_many_waiting_lets_others_in_between(site: Any) -> None:
    for number in range(5):
        site.submit("ada", b"x = %d\n" % number)
    bobs = site.submit("bob").submission.id
    with site.database.read() as db:
        assert queue.position(db, bobs) == 2
    with site.database.write() as db:
        first = queue.claim(db, "one", site.settings.limits)
        second = queue.claim(db, "one", site.settings.limits)
    assert (first.name, second.submission) == ("double_it.py", bobs)
