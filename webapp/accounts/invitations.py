"""Links with which people join a course, with a role and a group, until they are used up, revoked or too old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from webapp.accounts.email import normal_email
from webapp.db.base import now
from webapp.db.people import Enrolment, Invitation, Role, User
from webapp.gradebook import audit
from webapp.policy import Person
from webapp.web.identity import digest_of, new_secret
from webapp.web.problem import Problem

LONGEST_DAYS: Final = 366
MOST_USES: Final = 5000


@dataclass(frozen=True)
class Offer:
    """What a link offers. `uses` None: as often as it is opened. `email`: only the account with this address."""

    role: Role = Role.STUDENT
    group: str = ""
    uses: int | None = None
    days: int = 30
    email: str | None = None


def offer_from(role: str, group: str, uses: str, days: str, email: str) -> Offer:
    """What a form says. Raises Problem (422) that names the field."""
    try:
        meant = Role(role)
    except ValueError:
        raise Problem(422, "bad_role", "There is no such role: choose one of the list.", field="role") from None
    group = " ".join(group.split())
    if len(group) > 100 or not group.isprintable():
        raise Problem(422, "bad_group", "A group's name has at most 100 signs: choose a shorter one.", field="group")
    return Offer(
        meant,
        group,
        _whole(uses, "uses", MOST_USES) if uses.strip() else None,
        _whole(days, "days", LONGEST_DAYS),
        normal_email(email) if email.strip() else None,
    )


def _whole(text: str, field: str, most: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > 6 or not 1 <= int(text) <= most:
        raise Problem(422, f"bad_{field}", f"This has to be a whole number from 1 to {most}: mend it.", field=field)
    return int(text)


def invite(db: Session, course: int, who: Person, offer: Offer) -> tuple[Invitation, str]:
    """A link's row and its token, which is nowhere else."""
    assert who.user is not None
    secret = new_secret()
    row = Invitation(
        digest=digest_of(secret),
        course_id=course,
        role=offer.role,
        group=offer.group,
        email=offer.email,
        uses_left=offer.uses,
        created_by=who.user.id,
        expires_at=now() + timedelta(days=offer.days),
    )
    db.add(row)
    db.flush()
    audit.record(db, who, "invitation.made", course=course, after=_of(row))
    return row, secret


def _of(row: Invitation) -> dict[str, object]:
    return {
        "invitation": row.id,
        "role": str(row.role),
        "group": row.group,
        "uses": row.uses_left,
        "email": row.email,
        "expires_at": row.expires_at.isoformat(),
    }


def _holds() -> tuple[object, ...]:
    return (
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now(),
        or_(Invitation.uses_left.is_(None), Invitation.uses_left > 0),
    )


def invitations_of(db: Session, course: int) -> Sequence[Invitation]:
    """Those that still hold, the newest first."""
    mine = select(Invitation).where(Invitation.course_id == course, *_holds())  # type: ignore[arg-type]
    return db.scalars(mine.order_by(Invitation.created_at.desc(), Invitation.id.desc())).all()


def revoke(db: Session, course: int, who: Person, id: int) -> None:
    """Raises Problem (404), for another course's too."""
    row = db.get(Invitation, id, with_for_update=True)
    if row is None or row.course_id != course or row.revoked_at is not None:
        raise Problem(404, "not_found", "There is no such invitation, or it was revoked already.")
    row.revoked_at = now()
    audit.record(db, who, "invitation.revoked", course=course, before=_of(row))


def invitation_of(db: Session, token: str) -> Invitation:
    """The invitation with this token, if it still holds. Raises Problem (404 or 410) that says why it doesn't."""
    found = db.scalar(select(Invitation).where(Invitation.digest == digest_of(token)))
    again = "ask your instructor for a new one."
    if found is None:
        raise Problem(404, "no_invitation", f"This invitation is not known here: copy the whole link, or {again}")
    if found.revoked_at is not None:
        raise Problem(410, "revoked_invitation", f"This invitation was revoked: {again}")
    if found.expires_at <= now():
        raise Problem(410, "expired_invitation", f"This invitation has expired: {again}")
    if found.uses_left is not None and found.uses_left <= 0:
        raise Problem(410, "used_invitation", f"This invitation was used as often as it may be: {again}")
    return found


def join(db: Session, token: str, user: User) -> tuple[Invitation, bool]:
    """Take this person into the course; False when they are in it already, which uses nothing up. Raises Problem."""
    invitation = invitation_of(db, token)
    if invitation.email is not None and invitation.email != user.email:
        raise Problem(403, "for_another", "This invitation is for another address: sign in with that account.")
    db.get_one(User, user.id, with_for_update=True)  # one who opens the link twice at once joins once
    mine = select(Enrolment).where(Enrolment.course_id == invitation.course_id, Enrolment.user_id == user.id)
    there = db.scalar(mine)
    if there is not None and there.is_active:
        return invitation, False
    if there is not None:
        raise Problem(409, "left", "You were in this course and left it: ask your instructor to take you back.")
    left = update(Invitation).where(Invitation.id == invitation.id, *_holds())  # type: ignore[arg-type]
    if db.execute(left.values(uses_left=Invitation.uses_left - 1)).rowcount != 1:  # type: ignore[attr-defined]
        raise Problem(410, "used_invitation", "This invitation was used up just now: ask your instructor for another.")
    enrolment = Enrolment(course_id=invitation.course_id, user_id=user.id, role=invitation.role, group=invitation.group)
    db.add(enrolment)
    db.flush()
    audit.record(
        db,
        Person(user),
        "enrolment.joined",
        course=invitation.course_id,
        enrolment=enrolment.id,
        after={"invitation": invitation.id, "role": str(enrolment.role), "group": enrolment.group},
    )
    return invitation, True
