"""Accounts of the whole site: found, made admins, let in or shut out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from webapp.accounts.sessions import end_sessions
from webapp.db.people import Enrolment, User
from webapp.db.teaching import CourseRow
from webapp.gradebook import audit
from webapp.policy import Person
from webapp.web.problem import Problem, not_found

A_PAGE: Final = 50


@dataclass(frozen=True)
class Found:
    """One page of those that were looked for. `roles`: user id -> "student in tiny", one for each course."""

    people: Sequence[User]
    roles: dict[int, list[str]]
    total: int
    pages: int


def search(db: Session, words: str, page: int) -> Found:
    """Accounts with all of these words in their name or address, by name."""
    meant = _matching(words)
    total = db.scalar(select(func.count()).select_from(meant.subquery())) or 0
    rows = meant.order_by(func.lower(User.name), User.id).offset((page - 1) * A_PAGE).limit(A_PAGE)
    people = db.scalars(rows).all()
    roles: dict[int, list[str]] = {user.id: [] for user in people}
    theirs = select(Enrolment.user_id, Enrolment.role, Enrolment.is_active, CourseRow.title).join(
        CourseRow, Enrolment.course_id == CourseRow.id
    )
    for user, role, is_active, title in db.execute(
        theirs.where(Enrolment.user_id.in_(roles)).order_by(CourseRow.title)
    ):
        roles[user].append(f"{role} in {title}" if is_active else f"was in {title}")
    return Found(people, roles, total, max(1, -(-total // A_PAGE)))


def _matching(words: str) -> Select[User]:
    found = select(User)
    for word in "".join(sign if sign.isprintable() else " " for sign in words)[:200].lower().split():
        found = found.where(
            or_(func.lower(User.name).contains(word, autoescape=True), User.email.contains(word, autoescape=True))
        )
    return found


def set_admin(db: Session, who: Person, user: int, is_admin: bool) -> User:
    """Raises Problem: 404 for nobody, 409 for oneself, so that there is always an admin."""
    found = _other(db, who, user)
    if is_admin and not found.is_active:
        raise Problem(409, "deactivated", f"{found.name} is shut out: let them in first.")
    _change(db, who, found, "is_admin", is_admin)
    return found


def set_active(db: Session, who: Person, user: int, is_active: bool) -> User:
    """Let somebody in or shut them out, at once: browsers are signed out, tokens refused. Raises Problem."""
    found = _other(db, who, user)
    _change(db, who, found, "is_active", is_active)
    if not is_active:
        end_sessions(db, found.id)
    return found


def _other(db: Session, who: Person, user: int) -> User:
    found = db.get(User, user, with_for_update=True)
    if found is None:
        raise not_found("account")
    if who.user is not None and who.user.id == user:
        raise Problem(409, "yourself", "That is your own account: ask another admin to change it.")
    return found


def _change(db: Session, who: Person, user: User, name: str, value: bool) -> None:
    before = getattr(user, name)
    if before == value:
        return
    setattr(user, name, value)
    audit.record(
        db, who, "account.changed", before={"user": user.id, name: before}, after={"user": user.id, name: value}
    )
