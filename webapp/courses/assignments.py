"""What is asked when, how late, how often and for how much: changing assignments and the rules of a course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.courses.local_time import zone_named
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.gradebook import audit
from webapp.gradebook.lateness import policy_from
from webapp.gradebook.results import refresh
from webapp.policy import Person
from webapp.web.problem import Problem

MOST_WEIGHT: Final = 1_000_000  # thousandths
MOST_ATTEMPTS: Final = 1000
COUNTS: Final = ("best", "last")
FIELDS: Final = (
    "opens_at", "due_at", "closes_at", "max_attempts", "weight", "late_policy", "counts", "is_published",
)  # fmt: skip
MATTER: Final = {"due_at", "late_policy", "counts"}  # what points depend on; the rest decides about what comes
OF_COURSE: Final = ("title", "time_zone", "late_policy", "drop_lowest")


def assignments_of(db: Session, course: CourseRow) -> Sequence[Assignment]:
    """In the order of the course, retired ones last."""
    query = select(Assignment).join(ExerciseRow).where(Assignment.course_id == course.id)
    return db.scalars(query.order_by(ExerciseRow.is_retired, ExerciseRow.position, ExerciseRow.id)).unique().all()


def change_assignments(db: Session, who: Person, course: CourseRow, changes: Mapping[int, Mapping[str, Any]]) -> int:
    """Set columns of assignments (id -> column -> value), and make the results of all concerned anew.

    All of it or nothing: raises Problem (422, its field the column's name). Answers with how many were changed.
    """
    db.execute(select(CourseRow.id).where(CourseRow.id == course.id).with_for_update(key_share=True))
    asked = select(Assignment).where(Assignment.course_id == course.id, Assignment.id.in_(changes))
    found = db.scalars(asked.order_by(Assignment.id).execution_options(populate_existing=True)).unique().all()
    if len(found) != len(changes):
        raise Problem(404, "not_found", "One of these assignments is not in this course: reload the page.")
    changed, matter = 0, set()
    for assignment in found:
        new = {name: value for name, value in changes[assignment.id].items() if getattr(assignment, name) != value}
        if not new:
            continue
        before = {name: getattr(assignment, name) for name in new}
        for name, value in new.items():
            assert name in FIELDS
            setattr(assignment, name, value)
        _check(assignment)
        changed += 1
        if MATTER & new.keys():
            matter.add(assignment.id)
        audit.record(
            db,
            who,
            "assignment.changed",
            course=course.id,
            assignment=assignment.id,
            before=_plain(before),
            after=_plain(new),
        )
    db.flush()
    if matter:
        refresh(db, course, _everybody(db, course), only=matter)
    return changed


def change_course(db: Session, who: Person, course: CourseRow, changes: Mapping[str, Any]) -> bool:
    """Set title, zone, late rule, drop-lowest of a course. Raises Problem (422)."""
    row = db.get_one(CourseRow, course.id, with_for_update={"key_share": True}, populate_existing=True)
    new = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not new:
        return False
    assert new.keys() <= set(OF_COURSE)
    if "time_zone" in new and zone_named(new["time_zone"]) is None:
        raise Problem(422, "no_zone", "There is no such time zone: write one such as Europe/Berlin.", field="time_zone")
    if "drop_lowest" in new and not 0 <= new["drop_lowest"] <= 1000:
        raise Problem(422, "bad_number", "Drop from 0 to 1000 assignments.", field="drop_lowest")
    if "late_policy" in new:
        _check_policy(new["late_policy"])
    before = {name: getattr(row, name) for name in new}
    for name, value in new.items():
        setattr(row, name, value)
    audit.record(db, who, "course.changed", course=course.id, before=_plain(before), after=_plain(new))
    db.flush()
    if "late_policy" in new:
        refresh(db, row, _everybody(db, course))
    return True


def _everybody(db: Session, course: CourseRow) -> Sequence[int]:
    """Also those who have nothing yet: one of them may be sending just now."""
    return db.scalars(select(Enrolment.id).where(Enrolment.course_id == course.id)).all()


def _check(one: Assignment) -> None:
    title = one.exercise.title
    if one.opens_at and one.due_at and one.due_at <= one.opens_at:
        raise Problem(422, "order", f"“{title}” would be due before it opens: choose a later deadline.", field="due_at")
    if one.closes_at and one.opens_at and one.closes_at <= one.opens_at:
        raise Problem(422, "order", f"“{title}” would close before it opens: choose a later time.", field="closes_at")
    if one.closes_at and one.due_at and one.closes_at < one.due_at:
        raise Problem(422, "order", f"“{title}” would close before it is due: choose a later time.", field="closes_at")
    if not 0 <= one.weight <= MOST_WEIGHT:
        raise Problem(422, "bad_weight", f"A weight is from 0 to {MOST_WEIGHT // 1000}.", field="weight")
    if one.max_attempts is not None and not 1 <= one.max_attempts <= MOST_ATTEMPTS:
        raise Problem(422, "bad_attempts", f"Attempts are from 1 to {MOST_ATTEMPTS}, or any.", field="max_attempts")
    if one.counts not in COUNTS:
        raise Problem(422, "bad_choice", "The best or the last submission counts.", field="counts")
    if one.late_policy is not None:
        _check_policy(one.late_policy, own=True)


def _check_policy(policy: Any, *, own: bool = False) -> None:
    try:
        found = policy_from(policy)
    except (msgspec.ValidationError, ValueError) as error:
        raise Problem(422, "bad_policy", f"This late rule can't be used: {error}.", field="late_policy") from None
    if own and found.kind == "grace_days":
        sentence = "Grace days are shared by all assignments: set them for the course."
        raise Problem(422, "bad_policy", sentence, field="late_policy")


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """For the audit trail's JSON."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
