"""Accounts: made, named, given a password."""

from __future__ import annotations

from functools import cache
from typing import Final
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.accounts.email import normal_email
from webapp.db.people import User
from webapp.web.problem import Problem

LONGEST_NAME: Final = 200


def normal_name(text: str) -> str:
    """Raises Problem (422, field "name")."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Problem(
            422, "bad_name", f"A name has 1 to {LONGEST_NAME} signs: write it as others know you.", field="name"
        )
    return name


def normal_zone(text: str) -> str:
    """A known time zone, or "" for the course's. Raises Problem (422, field "time_zone")."""
    if text and text not in zones():
        raise Problem(422, "bad_zone", "There is no such time zone: choose one of the list.", field="time_zone")
    return text


@cache
def zones() -> tuple[str, ...]:
    """The time zones to choose from: places, and UTC."""
    named = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))}
    return ("UTC", *sorted(named))


def by_email(db: Session, email: str) -> User | None:
    return db.scalar(select(User).where(User.email == email))


def new_account(
    db: Session, email: str, name: str, *, password_hash: str | None = None, is_admin: bool = False
) -> User:
    """Raises Problem: 422 for what can't be, 409 where the address has an account."""
    email, name = normal_email(email), normal_name(name)
    taken = Problem(409, "has_account", "This address has an account already: sign in with it.", field="email")
    if by_email(db, email) is not None:
        raise taken
    user = User(email=email, name=name, password_hash=password_hash, is_admin=is_admin)
    db.add(user)
    try:
        db.flush()
    except IntegrityError as error:  # made in this very moment; the transaction ends with the problem
        raise taken from error
    return user
