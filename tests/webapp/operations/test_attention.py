"""Gradings that failed as often as they may: an admin sees them, and tries them again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from grader.report.model import Verdict
from webapp.db.base import now
from webapp.db.work import AuditEvent, Job, JobState, Regrade, State, Submission, WorkerRow
from webapp.grading import queue


def give_up(site: Any, made_up: Any, submission: int) -> int:
    """Let a grading fail until it is dead: the job's id."""
    failed = made_up(0, verdict=Verdict.NOT_GRADED, score=None, message="no wall <here>")
    job = 0
    while True:
        with site.database.write() as db:
            one = queue.claim(db, "one", site.settings.limits)
            if one is None:
                return job
            assert one.submission == submission
            queue.finish(db, one, failed, "one", site.settings.limits)
            db.get_one(Job, one.job).not_before = now()
            job = one.job


def state_of(site: Any, submission: int) -> State:
    with site.database.read() as db:
        return State(db.get_one(Submission, submission).state)


def actions(site: Any) -> list[tuple[str, int | None, int | None]]:
    with site.database.read() as db:
        rows = select(AuditEvent.action, AuditEvent.actor_id, AuditEvent.enrolment_id).order_by(AuditEvent.id)
        return [tuple(row) for row in db.execute(rows)]


def test_the_admin_sees_what_went_wrong_and_tries_it_again(site: Any, made_up: Any) -> None:
    root = site.client("root")
    assert "Nothing needs you" in root.get("/site/attention").text
    sent = site.submit("ada").submission.id
    job = give_up(site, made_up, sent)
    page = root.get("/site/attention").text
    for words in ("Ada", "no wall &lt;here&gt;", '<td class="num">3</td>', f"/c/tiny/s/{sent}"):
        assert words in page
    assert "1 grading needs attention" in root.get("/site").text
    assert root.post(f"/site/attention/{job}/retry").location == "/site/attention"
    assert state_of(site, sent) is State.QUEUED
    assert actions(site) == [("grading.retried", site.people["root"], site.enrolments["ada"])]
    assert root.post(f"/site/attention/{job}/retry").status_code == 409, "twice is once"
    assert "Nothing needs you" in root.get("/site/attention").text


def test_all_of_them_at_once(site: Any, made_up: Any) -> None:
    sent = []
    for name in ("ada", "bob"):
        sent.append(site.submit(name).submission.id)
        give_up(site, made_up, sent[-1])
    root = site.client("root")
    assert root.post("/site/attention/retry").status_code == 303
    assert "In the queue again: 2." in root.get("/site/attention").text
    assert [state_of(site, one) for one in sent] == [State.QUEUED] * 2
    assert len(actions(site)) == 2


def test_what_needs_nobody_is_not_tried_again(site: Any) -> None:
    done = site.graded("ada")
    with site.database.read() as db:
        job = db.scalar(select(Job.id).where(Job.submission_id == done))
    root = site.client("root")
    assert root.post(f"/site/attention/{job}/retry").status_code == 409
    assert root.post("/site/attention/999999/retry").status_code == 404
    assert state_of(site, done) is State.GRADED


@pytest.mark.parametrize(("decided", "shown"), [("dropped", False), ("accepted", False), ("ready", True)])
def test_of_a_regrade_that_was_decided_nothing_is_tried_again(site: Any, decided: str, shown: bool) -> None:
    done = site.graded("ada")
    with site.database.write() as db:
        run = Regrade(course_id=site.courses["tiny"], state=decided, reason="x", created_by=site.people["grace"])
        db.add(run)
        db.flush()
        job = queue.enqueue(db, db.get_one(Submission, done), regrade=run)
        job.state, job.trouble = JobState.DEAD, "the wall was away"
        db.flush()
        id, run_id = job.id, run.id
    root = site.client("root")
    assert ("the wall was away" in root.get("/site/attention").text) is shown
    assert root.post(f"/site/attention/{id}/retry").status_code == (303 if shown else 409)
    with site.database.read() as db:
        assert db.get_one(Regrade, run_id).state == ("running" if shown else decided)
    assert state_of(site, done) is State.GRADED


def test_the_overview_says_what_waits_and_who_grades(site: Any) -> None:
    root = site.client("root")
    page = root.get("/site").text
    assert "No worker is there" in page and "nothing waits" in page
    site.submit("ada")
    with site.database.write() as db:
        db.add(WorkerRow(name="alive:1", jobs=2, graded=17))
        long_ago = now() - timedelta(hours=3)
        db.add(WorkerRow(name="gone:2", jobs=1, seen_at=long_ago, started_at=long_ago))
        db.add(WorkerRow(name="forgotten:3", jobs=1, seen_at=now() - timedelta(days=9)))
    page = root.get("/site").text
    assert "No worker is there" not in page and "the oldest came just now" in page
    assert "alive:1" in page and "gone:2" in page and "forgotten:3" not in page
    assert page.count("at work") == 1 and page.count("away<") == 1


@pytest.mark.parametrize("name", ["ada", "lin", "grace", "mallory"])
@pytest.mark.parametrize("path", ["/site", "/site/attention", "/site/courses", "/site/people", "/site/people/1"])
def test_only_admins_come_here(site: Any, name: str, path: str) -> None:
    assert site.client(name).get(path).status_code == 403
