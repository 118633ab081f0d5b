"""A course's folder, read again because somebody has changed it: what that changed stays on record."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from grader.course.load import load_course
from grader.course.model import CourseError
from webapp.courses.mirror import mirror
from webapp.db.database import Database
from webapp.db.teaching import CourseRow
from webapp.db.work import AuditEvent
from webapp.gradebook import audit
from webapp.policy import Person
from webapp.web.problem import Problem, not_found

ACTION = "course.synced"  # as `gradgym courses sync` calls it


def read_again(database: Database, who: Person, course: int) -> list[str]:
    """What has changed, a sentence each. Raises Problem (409) for a folder that can't be read; nothing changes then."""
    with database.read() as db:
        row = db.get(CourseRow, course)
    if row is None:
        raise not_found("course")
    try:
        loaded = load_course(Path(row.folder))
    except (CourseError, OSError) as error:
        raise Problem(409, "unreadable", f"{error} Nothing was changed.") from error
    if loaded.solutions is None:
        raise Problem(409, "no_solutions", f"{row.folder} has no solutions beside it. Nothing was changed.")
    with database.write() as db:
        said = mirror(db, db.get_one(CourseRow, course, with_for_update=True), loaded)
        audit.record(db, who, ACTION, course=course, after={"folder": row.folder, "changes": said})
    return said


def last_readings(db: Session) -> dict[int, AuditEvent]:
    """course id -> when it was last read again, and what that changed."""
    later = aliased(AuditEvent)
    newer = select(later.id).where(
        later.action == ACTION, later.course_id == AuditEvent.course_id, later.id > AuditEvent.id
    )
    rows = select(AuditEvent).where(AuditEvent.action == ACTION, AuditEvent.course_id.is_not(None), ~newer.exists())
    return {event.course_id: event for event in db.scalars(rows) if event.course_id is not None}
