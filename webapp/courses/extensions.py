"""More time or more attempts, for one student or a group: granting, withdrawing, listing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.courses.local_time import span
from webapp.db.base import now
from webapp.db.people import Enrolment, User
from webapp.db.teaching import Assignment, CourseRow, Extension
from webapp.gradebook import audit
from webapp.gradebook.results import refresh
from webapp.policy import Person
from webapp.web.problem import Problem

MOST_MINUTES: Final = 366 * 24 * 60
MOST_ATTEMPTS: Final = 1000


@dataclass(frozen=True)
class Listed:
    """One extension, with the words a list needs. `student` None: for the group."""

    extension: Extension
    student: str | None
    exercise: str | None
    slug: str | None
    by: str


def grant(
    db: Session,
    who: Person,
    course: CourseRow,
    *,
    enrolment: int | None = None,
    group: str | None = None,
    assignment: Assignment | None = None,
    minutes: int = 0,
    attempts: int = 0,
    reason: str,
) -> Extension:
    """Give more time after the deadline, more attempts, or both. assignment None: for all. Raises Problem."""
    if (enrolment is None) == (not group):
        raise Problem(422, "for_whom", "An extension is for one student or for one group: choose one.", field="who")
    if not 0 <= minutes <= MOST_MINUTES:
        raise Problem(422, "bad_time", "An extension is for a year at most, and only later.", field="minutes")
    if not 0 <= attempts <= MOST_ATTEMPTS:
        raise Problem(422, "bad_attempts", f"At most {MOST_ATTEMPTS} attempts more.", field="attempts")
    if not minutes and not attempts:
        raise Problem(422, "nothing", "Neither more time nor more attempts: say how much.", field="minutes")
    if not reason.strip():
        raise Problem(422, "no_reason", "A reason is missing: say in a few words why.", field="reason")
    if assignment is not None:
        if minutes and assignment.due_at is None and assignment.closes_at is None:
            raise Problem(422, "no_deadline", "This assignment has no deadline that could be later.", field="minutes")
        if attempts and assignment.max_attempts is None:
            raise Problem(422, "no_limit", "This assignment takes any number of attempts already.", field="attempts")
    concerned = _concerned(db, course, enrolment, group)
    if not concerned:
        raise Problem(422, "nobody", "Nobody in this course is meant: choose a student or a group.", field="who")
    assert who.user is not None
    made = Extension(
        course_id=course.id,
        assignment_id=assignment.id if assignment else None,
        enrolment_id=enrolment,
        group_name=group or None,
        extra_minutes=minutes,
        extra_attempts=attempts,
        reason=reason,
        created_by=who.user.id,
    )
    db.add(made)
    db.flush()
    refresh(db, course, concerned, only=assignment.id if assignment else None)
    audit.record(db, who, "extension.granted", course=course.id, after=_words(made), **_about(made))
    return made


def withdraw(db: Session, who: Person, course: CourseRow, extension: int) -> None:
    """Take it back; points are counted from the old deadline again. Raises Problem (404, 409)."""
    found = db.get(Extension, extension, with_for_update=True)
    if found is None or found.course_id != course.id:
        raise Problem(404, "not_found", "There is no such extension, or it is not yours to see.")
    if found.withdrawn_at is not None:
        raise Problem(409, "withdrawn", "This extension was withdrawn already: reload the page.")
    found.withdrawn_at = now()
    db.flush()
    concerned = _concerned(db, course, found.enrolment_id, found.group_name)
    refresh(db, course, concerned, only=found.assignment_id)
    audit.record(db, who, "extension.withdrawn", course=course.id, before=_words(found), **_about(found))


def listed(db: Session, course: CourseRow, *, enrolment: int | None = None) -> list[Listed]:
    """All that were granted, those that hold first, then the newest. enrolment: only what was given to this student."""
    student = select(Enrolment.id, User.name).join(User, User.id == Enrolment.user_id).subquery()
    query = (
        select(Extension, student.c.name, Assignment, User.name)
        .outerjoin(student, student.c.id == Extension.enrolment_id)
        .outerjoin(Assignment, Assignment.id == Extension.assignment_id)
        .join(User, User.id == Extension.created_by)
        .where(Extension.course_id == course.id)
        .order_by(Extension.withdrawn_at.is_not(None), Extension.id.desc())
    )
    if enrolment is not None:
        query = query.where(Extension.enrolment_id == enrolment)
    return [
        Listed(found, name, asked.exercise.title if asked else None, asked.exercise.slug if asked else None, by)
        for found, name, asked, by in db.execute(query).unique()
    ]


def _concerned(db: Session, course: CourseRow, enrolment: int | None, group: str | None) -> Sequence[int]:
    theirs = select(Enrolment.id).where(Enrolment.course_id == course.id)
    whose = Enrolment.group == group if enrolment is None else Enrolment.id == enrolment
    return db.scalars(theirs.where(whose)).all()


def _words(extension: Extension) -> dict[str, Any]:
    found = {
        "more time": span(extension.extra_minutes) if extension.extra_minutes else None,
        "more attempts": extension.extra_attempts or None,
        "group": extension.group_name,
    }
    return {name: value for name, value in found.items() if value is not None}


def _about(extension: Extension) -> dict[str, Any]:
    return {
        "enrolment": extension.enrolment_id,
        "assignment": extension.assignment_id,
        "reason": extension.reason,
    }
