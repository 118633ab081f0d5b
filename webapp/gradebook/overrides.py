"""Points that an instructor gives, whatever the gradings say: one at a time holds, all stay on record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.report.model import plain_points
from webapp.db.base import now
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, CourseRow
from webapp.db.work import Override
from webapp.gradebook import audit
from webapp.gradebook.results import refresh
from webapp.policy import Person
from webapp.web.problem import Problem


def set_override(
    db: Session, who: Person, course: CourseRow, assignment: Assignment, enrolment: int, points: int, reason: str
) -> Override:
    """Give points (milli-points) from 0 to the exercise's maximum. What held before is withdrawn. Raises Problem."""
    most = assignment.exercise.points
    if not 0 <= points <= most:
        raise Problem(422, "bad_points", f"Points have to be from 0 to {plain_points(most)}.", field="points")
    _must_have(reason)
    assert who.user is not None
    before = _withdraw(db, assignment, enrolment)
    made = Override(
        enrolment_id=enrolment, assignment_id=assignment.id, points=points, reason=reason, created_by=who.user.id
    )
    db.add(made)
    db.flush()
    refresh(db, course, [enrolment], only=assignment.id)
    audit.record(
        db,
        who,
        "override.set",
        course=course.id,
        enrolment=enrolment,
        assignment=assignment.id,
        before={"points": before.points} if before else None,
        after={"points": points},
        reason=reason,
    )
    return made


def withdraw_override(
    db: Session, who: Person, course: CourseRow, assignment: Assignment, enrolment: int, reason: str
) -> None:
    """Let the gradings decide again. Raises Problem (404) when no override holds."""
    _must_have(reason)
    before = _withdraw(db, assignment, enrolment)
    if before is None:
        raise Problem(404, "no_override", "No override holds here any more: reload the page.")
    db.flush()
    refresh(db, course, [enrolment], only=assignment.id)
    audit.record(
        db,
        who,
        "override.withdrawn",
        course=course.id,
        enrolment=enrolment,
        assignment=assignment.id,
        before={"points": before.points},
        reason=reason,
    )


def overrides_of(db: Session, enrolment: int, assignment: int | None = None) -> Sequence[Override]:
    """All that were ever given to this student, the newest first."""
    query = select(Override).where(Override.enrolment_id == enrolment).order_by(Override.id.desc())
    return db.scalars(query if assignment is None else query.where(Override.assignment_id == assignment)).all()


def _withdraw(db: Session, assignment: Assignment, enrolment: int) -> Override | None:
    """Under the student's lock: of two overrides at the same time one holds in the end, and both are on record."""
    db.execute(select(Enrolment.id).where(Enrolment.id == enrolment).with_for_update())
    held = select(Override).where(
        Override.enrolment_id == enrolment, Override.assignment_id == assignment.id, Override.withdrawn_at.is_(None)
    )
    before = None
    for before in db.scalars(held.order_by(Override.id)):
        before.withdrawn_at = now()
    return before


def _must_have(reason: str) -> None:
    if not reason.strip():
        raise Problem(422, "no_reason", "A reason is missing: say in a few words why.", field="reason")
