"""The audit trail: one row for every act that changes a grade, a role or a date, in the transaction of the act."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from webapp.db.work import AuditEvent
from webapp.policy import Person


def record(
    db: Session,
    who: Person | None,
    action: str,
    *,
    course: int | None = None,
    enrolment: int | None = None,
    assignment: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """`action` is "noun.verb" in the past: "override.set", "extension.granted". `who` None: the command line."""
    actor = who.user.id if who and who.user else None
    db.add(
        AuditEvent(
            course_id=course,
            actor_id=actor,
            action=action,
            enrolment_id=enrolment,
            assignment_id=assignment,
            before=before,
            after=after,
            reason=reason,
        )
    )
