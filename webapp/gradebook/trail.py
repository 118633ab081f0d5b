"""Reading the audit trail: filtered, a page at a time, with before and after in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from grader.report.model import plain_points
from webapp.db.people import Enrolment, User
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import AuditEvent
from webapp.gradebook.lateness import policy_from
from webapp.web.problem import Problem

PAGE: Final = 50
_MILLI: Final = ("points", "score", "weight")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(\+00:00|Z)")
_CALLED: Final = {
    "opens_at": "opens",
    "due_at": "due",
    "closes_at": "closes",
    "max_attempts": "attempts",
    "late_policy": "late rule",
    "is_published": "published",
    "drop_lowest": "drop lowest",
    "time_zone": "time zone",
    "is_active": "active",
}


@dataclass(frozen=True)
class Sought:
    """What somebody looks for. actor and student: a part of a name or an address. exercise: a slug."""

    actor: str = ""
    action: str = ""
    student: str = ""
    exercise: str = ""
    page: int = 1


@dataclass(frozen=True)
class Entry:
    """One act. `changes`: (what, before, after) in words, None where there was or is nothing."""

    event: AuditEvent
    actor: str | None
    student: str | None
    exercise: str | None
    changes: Sequence[tuple[str, str | None, str | None]]


@dataclass(frozen=True)
class Trail:
    entries: Sequence[Entry]
    found: int
    page: int
    pages: int
    actions: Sequence[str]


def read_trail(db: Session, course: CourseRow, sought: Sought, zone: ZoneInfo) -> Trail:
    """The newest first. A page too far is the last one."""
    actor, whose = aliased(User), aliased(User)
    query = (
        select(AuditEvent, actor.name, whose.name, ExerciseRow.title)
        .outerjoin(actor, actor.id == AuditEvent.actor_id)
        .outerjoin(Enrolment, Enrolment.id == AuditEvent.enrolment_id)
        .outerjoin(whose, whose.id == Enrolment.user_id)
        .outerjoin(Assignment, Assignment.id == AuditEvent.assignment_id)
        .outerjoin(ExerciseRow, ExerciseRow.id == Assignment.exercise_id)
        .where(AuditEvent.course_id == course.id)
    )
    if sought.actor:
        query = query.where(_is_like(actor, sought.actor))
    if sought.student:
        query = query.where(_is_like(whose, sought.student))
    if sought.action:
        query = query.where(AuditEvent.action == sought.action)
    if sought.exercise:
        query = query.where(ExerciseRow.slug == sought.exercise)
    found = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-found // PAGE))
    page = min(max(1, sought.page), pages)
    rows = db.execute(query.order_by(AuditEvent.id.desc()).limit(PAGE).offset((page - 1) * PAGE))
    entries = [
        Entry(event, by, student, title, changes(event.before, event.after, zone)) for event, by, student, title in rows
    ]
    known = select(AuditEvent.action).where(AuditEvent.course_id == course.id).distinct().order_by(AuditEvent.action)
    return Trail(entries, found, page, pages, db.scalars(known).all())


def _is_like(user: Any, text: str) -> Any:
    sought = text.strip().lower()
    return or_(func.lower(user.name).contains(sought, autoescape=True), user.email.contains(sought, autoescape=True))


def changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, zone: ZoneInfo
) -> list[tuple[str, str | None, str | None]]:
    """(what, before, after): what is the same on both sides is left out."""
    old, new = before or {}, after or {}
    return [
        (
            _CALLED.get(name, name.replace("_", " ")),
            _said(name, old[name], zone) if name in old else None,
            _said(name, new[name], zone) if name in new else None,
        )
        for name in dict.fromkeys((*old, *new))
        if not (name in old and name in new and old[name] == new[name])
    ]


def _said(name: str, value: Any, zone: ZoneInfo) -> str:
    if value is None or value == "":
        return {"late_policy": "the course's", "max_attempts": "any number"}.get(name, "none")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in _MILLI and isinstance(value, int):
        return str(plain_points(value))
    if name == "late_policy" and isinstance(value, dict):
        try:
            return policy_from(value).sentence()
        except (Problem, ValueError):
            return str(value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        moment = datetime.fromisoformat(value).astimezone(zone)
        return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M %Z}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_said(str(key), each, zone)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "none"
    return str(value)
