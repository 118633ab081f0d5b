"""Taking a submission: one transaction, after which it will be graded, whatever happens to any process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.courses.window import Window, extensions_of, window_of
from webapp.db.base import now
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import Source, State, Submission
from webapp.gradebook.lateness import policy_for
from webapp.gradebook.results import attempts_used, refresh, sent_of
from webapp.grading.queue import enqueue
from webapp.settings import Limits
from webapp.submissions.incoming import checked, file_name, meant_for
from webapp.web.problem import Problem


@dataclass(frozen=True)
class Terms:
    """What holds for one student and one assignment at this moment, to be shown before they send."""

    window: Window
    late_rule: str
    attempts_used: int
    moment: datetime

    @property
    def attempts_left(self) -> int | None:
        """None: as many as they like."""
        return None if self.window.attempts is None else max(0, self.window.attempts - self.attempts_used)

    @property
    def days_late(self) -> int:
        return self.window.days_late(self.moment)

    @property
    def is_open(self) -> bool:
        return self.window.is_open(self.moment) and self.attempts_left != 0


@dataclass(frozen=True)
class Accepted:
    """`is_repeat`: it is what this student has sent before, so nothing new was stored and no attempt is used."""

    submission: Submission
    is_repeat: bool


def terms_of(db: Session, course: CourseRow, assignment: Assignment, enrolment: Enrolment) -> Terms:
    policy = policy_for(course.late_policy, assignment.late_policy)
    window = window_of(assignment, extensions_of(db, enrolment), cut_off=policy.cuts_off)
    tried = sent_of(db, enrolment.id, assignment.id).get(assignment.id, [])
    return Terms(window, policy.sentence(), attempts_used(tried), now())


def accept(
    db: Session,
    course: CourseRow,
    assignment: Assignment,
    enrolment_id: int,
    *,
    name: str,
    content: bytes,
    via: str,
    limits: Limits,
    client_key: str | None = None,
) -> Accepted:
    """Take one submission, in a transaction that writes.

    client_key: a word that the sender chose; sent again with the same one, it is the same submission. Raises Problem.
    """
    name = file_name(name, assignment.exercise.slug)
    content = checked(name, content)
    meant = meant_for(name, content)
    enrolment = db.get(Enrolment, enrolment_id, with_for_update=True)  # a student's submissions come one after another
    assert enrolment is not None
    digest = hashlib.sha256(content).hexdigest()
    if (before := _same(db, assignment.id, enrolment.id, digest, client_key)) is not None:
        return Accepted(before, is_repeat=True)
    _must_not_be_for_another(db, assignment, name, meant)
    _must_be_open(terms_of(db, course, assignment, enrolment), assignment)
    _must_not_flood(db, enrolment.id, limits)
    if db.get(Source, digest) is None:
        db.merge(Source(digest=digest, content=content))
    latest = select(func.max(Submission.number)).where(
        Submission.assignment_id == assignment.id, Submission.enrolment_id == enrolment.id
    )
    submission = Submission(
        assignment=assignment,
        enrolment=enrolment,
        number=(db.scalar(latest) or 0) + 1,
        filename=name,
        digest=digest,
        submitted_at=now(),
        via=via,
        client_key=client_key,
        state=State.QUEUED,
    )
    db.add(submission)
    db.flush()
    enqueue(db, submission)
    refresh(db, course, [enrolment.id], only=assignment.id)
    return Accepted(submission, is_repeat=False)


def _same(db: Session, assignment: int, enrolment: int, digest: str, client_key: str | None) -> Submission | None:
    mine = select(Submission).where(Submission.enrolment_id == enrolment)
    if client_key is not None and (found := db.scalar(mine.where(Submission.client_key == client_key))) is not None:
        if (found.assignment_id, found.digest) != (assignment, digest):
            raise Problem(409, "key_in_use", "This key was used for another submission: choose a new one.")
        return found
    return db.scalar(
        mine.where(
            Submission.assignment_id == assignment, Submission.digest == digest, Submission.state != State.NOT_GRADED
        ).order_by(Submission.number.desc())
    )


def _must_not_be_for_another(db: Session, assignment: Assignment, name: str, meant: str) -> None:
    """A file that carries the name of another exercise of this course was sent to the wrong page."""
    if meant == assignment.exercise.slug:
        return
    other = db.scalar(
        select(ExerciseRow.title).where(ExerciseRow.course_id == assignment.course_id, ExerciseRow.slug == meant)
    )
    if other is not None:
        title = assignment.exercise.title
        raise Problem(
            422,
            "wrong_exercise",
            f"{name} is for “{other}”, and this is “{title}”: send it there, or choose the file for this one.",
        )


def _must_be_open(terms: Terms, assignment: Assignment) -> None:
    window, title = terms.window, assignment.exercise.title
    if assignment.exercise.is_retired:
        raise Problem(409, "retired", f"“{title}” has left the course: ask your instructor what replaces it.")
    if window.is_early(terms.moment):
        raise Problem(409, "not_open", f"“{title}” opens at {window.opens_at:%Y-%m-%d %H:%M} UTC: send it then.")
    if window.is_closed(terms.moment):
        raise Problem(
            409,
            "closed",
            f"“{title}” closed at {window.closes_at:%Y-%m-%d %H:%M} UTC: ask your instructor for an extension.",
        )
    if terms.attempts_left == 0:
        raise Problem(
            409,
            "no_attempts",
            f"You have used all {window.attempts} attempts for “{title}”: ask your instructor for another one.",
        )


def _must_not_flood(db: Session, enrolment: int, limits: Limits) -> None:
    minute = timedelta(minutes=1)
    recent = db.scalars(
        select(Submission.submitted_at)
        .where(Submission.enrolment_id == enrolment, Submission.submitted_at > now() - minute)
        .order_by(Submission.submitted_at)
    ).all()
    if len(recent) >= limits.submissions_a_minute:
        wait = max(1, int((recent[-limits.submissions_a_minute] + minute - now()).total_seconds()) + 1)
        raise Problem(
            429,
            "too_many",
            f"At most {limits.submissions_a_minute} submissions a minute: send it again in {wait} seconds.",
            retry_after=wait,
        )
