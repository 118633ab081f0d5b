"""Links with which one person sets a new password, once. Made by an admin, an instructor, or sent by mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.accounts.sessions import end_sessions
from webapp.db.base import now
from webapp.db.people import Enrolment, PasswordReset, Role, User
from webapp.gradebook import audit
from webapp.policy import Act, Person
from webapp.settings import Limits
from webapp.web.identity import digest_of, new_secret
from webapp.web.problem import Problem


def new_reset(
    db: Session, user: int, who: Person | None, limits: Limits, *, course: int | None = None, by_mail: bool = False
) -> tuple[str, datetime]:
    """The token of a new link, and its end. Older links of this person no longer work.

    who: None for the command line, and for what is sent by mail.
    """
    theirs = update(PasswordReset).where(PasswordReset.user_id == user, PasswordReset.used_at.is_(None))
    db.execute(theirs.values(used_at=now()))
    secret = new_secret()
    by = who.user.id if who and who.user else None
    until = now() + limits.reset
    db.add(PasswordReset(digest=digest_of(secret), user_id=user, created_by=by, expires_at=until))
    audit.record(db, who, "reset.mailed" if by_mail else "reset.made", course=course, after={"user": user})
    return secret, until


def may_reset(db: Session, who: Person, user: User) -> bool:
    """Whether this person may make a link for that account. Whoever has the link has the account.

    Admins may, for all. Instructors may for their students, as long as the account opens nothing that they don't run
    themselves: no admin's, nobody's who is in another course or is more than a student.
    """
    if who.may(Act.RUN_SITE):
        return True
    if user.is_admin or not user.is_active:
        return False
    rows = db.execute(select(Enrolment.course_id, Enrolment.role).where(Enrolment.user_id == user.id)).all()
    return bool(rows) and all(role == Role.STUDENT and who.may(Act.RUN_COURSE, course=course) for course, role in rows)


def must_reset(db: Session, who: Person, user: User) -> None:
    """Raises Problem (403) for an account that this person may make no link for."""
    if not may_reset(db, who, user):
        sentence = "This account reaches further than your course, so only an admin of the site can make that link."
        raise Problem(403, "reaches_further", sentence)


def reset_of(db: Session, token: str) -> PasswordReset:
    """The link with this token, if it still holds. Raises Problem (404 or 410) that says why it doesn't."""
    found = db.scalar(select(PasswordReset).where(PasswordReset.digest == digest_of(token)).with_for_update())
    again = "ask for a new one."
    if found is None or not db.get_one(User, found.user_id).is_active:
        raise Problem(404, "no_reset", f"This link is not known here: copy all of it, or {again}")
    if found.used_at is not None:
        raise Problem(410, "used_reset", f"This link was used, or a newer one was made: {again}")
    if found.expires_at <= now():
        raise Problem(410, "expired_reset", f"This link has expired: {again}")
    return found


def set_password(db: Session, token: str, password_hash: str) -> User:
    """Use the link up: the new password holds, and every browser is signed out. Raises Problem."""
    found = reset_of(db, token)
    user = db.get_one(User, found.user_id, with_for_update=True)
    user.password_hash, found.used_at = password_hash, now()
    end_sessions(db, user.id)
    audit.record(db, Person(user), "reset.used", after={"user": user.id})
    return user
