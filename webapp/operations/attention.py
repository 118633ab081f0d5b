"""Gradings that were tried as often as allowed: who waits for them, what went wrong, and the operator's retry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from webapp.db.database import Database
from webapp.db.people import Enrolment, User
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import Job, JobState, Regrade, Submission
from webapp.gradebook import audit
from webapp.grading import queue
from webapp.policy import Person
from webapp.web.problem import Problem

AT_A_TIME: Final = 50  # retried in one transaction, so that submitting never waits long
SHOWN: Final = 200


@dataclass(frozen=True)
class Trouble:
    """One grading that needs somebody."""

    job: int
    course: str
    course_title: str
    submission: int
    student: str
    exercise: str
    trouble: str
    tries: int
    since: datetime
    regrade: int | None


def _dead(*columns: object) -> Select[*tuple[object, ...]]:
    """Dead jobs that anybody still waits for: those of a regrade that was decided are over."""
    open_ones = or_(Job.regrade_id.is_(None), Regrade.state.in_(("running", "ready")))
    dead = select(*columns).select_from(Job).join(Submission, Job.submission_id == Submission.id)  # type: ignore[call-overload]
    found: Select[*tuple[object, ...]] = dead.outerjoin(Regrade, Job.regrade_id == Regrade.id).where(
        Job.state == JobState.DEAD, open_ones
    )
    return found


def count(db: Session) -> int:
    return int(db.scalar(_dead(func.count())) or 0)


def troubles(db: Session) -> Sequence[Trouble]:
    """The oldest first, and at most SHOWN."""
    rows = _dead(
        Job.id,
        CourseRow.slug,
        CourseRow.title,
        Submission.id,
        User.name,
        ExerciseRow.title,
        Job.trouble,
        Job.tries,
        Job.created_at,
        Job.regrade_id,
    )
    rows = (
        rows.join(Assignment, Submission.assignment_id == Assignment.id)
        .join(ExerciseRow, Assignment.exercise_id == ExerciseRow.id)
        .join(CourseRow, Assignment.course_id == CourseRow.id)
        .join(Enrolment, Submission.enrolment_id == Enrolment.id)
        .join(User, Enrolment.user_id == User.id)
        .order_by(Job.created_at, Job.id)
        .limit(SHOWN)
    )
    return [Trouble(*row) for row in db.execute(rows)]  # type: ignore[arg-type]


def retry(db: Session, who: Person, job: int) -> None:
    """Once more from the start. Raises Problem: 404 for no such grading, 409 for one that needs nobody."""
    row = db.get(Job, job, with_for_update=True)
    if row is None:
        raise Problem(404, "not_found", "There is no such grading.")
    if db.scalar(_dead(Job.id).where(Job.id == job)) is None:
        raise Problem(409, "not_dead", "This grading needs nobody any more: reload the page.")
    before = {"submission": row.submission_id, "tries": row.tries, "trouble": row.trouble}
    submission = db.get_one(Submission, row.submission_id)
    course = db.get_one(Assignment, submission.assignment_id).course_id
    queue.retry(db, row)
    audit.record(
        db,
        who,
        "grading.retried",
        course=course,
        enrolment=submission.enrolment_id,
        assignment=submission.assignment_id,
        before=before,
    )


def retry_all(database: Database, who: Person) -> int:
    """All of them, some at a time: how many."""
    with database.read() as db:
        jobs = [int(id) for id in db.scalars(_dead(Job.id).order_by(Job.id))]  # type: ignore[call-overload]
    done = 0
    for start in range(0, len(jobs), AT_A_TIME):
        with database.write() as db:
            for job in jobs[start : start + AT_A_TIME]:
                try:
                    retry(db, who, job)
                except Problem:
                    continue  # somebody else was at it meanwhile
                done += 1
    return done
