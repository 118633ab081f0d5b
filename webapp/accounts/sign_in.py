"""Signing in with email and password. The same sentence and the same time, whether or not there is such an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.accounts import passwords, throttle
from webapp.accounts.sessions import Visit, open_session
from webapp.db.base import now
from webapp.db.database import Database
from webapp.db.people import SignedIn, User
from webapp.settings import Limits
from webapp.web.problem import Problem

Made = TypeVar("Made")

WRONG: Final = "The email address or the password is not right: try again, or set a new password by a link."


def sign_in(database: Database, email: str, password: str, visit: Visit, limits: Limits) -> str:
    """Sign a browser in: the token for its cookie. Raises Problem (422 for what is wrong, 429 for too often)."""
    return with_password(
        database, email, password, visit.address, limits, lambda db, user: open_session(db, user, visit)
    )


def with_password(
    database: Database, email: str, password: str, address: str, limits: Limits, make: Callable[[Session, int], Made]
) -> Made:
    """What `make` makes for the account that has this password, by its id, in a transaction that writes.

    address: of the network that asks. Raises Problem (422 for what is wrong, 429 for too often).
    Three short transactions: the password is looked at between them, because that is slow on purpose.
    """
    tries = throttle.buckets(limits, email, address)
    with database.write() as db:
        written = throttle.write_down(db, tries, limits.sign_in_window)
        prune_sessions(db, limits.session)
    with database.read() as db:
        user = db.scalar(select(User).where(User.email == _bare(email)))
    right = passwords.is_right(user.password_hash if user else None, password)
    if user is None or not right or not user.is_active:
        raise Problem(422, "wrong_password", WRONG)
    assert user.password_hash is not None
    newer = passwords.hash_password(password) if passwords.is_outdated(user.password_hash) else None
    with database.write() as db:
        found = db.get_one(User, user.id, with_for_update=True)
        if not found.is_active or found.password_hash != user.password_hash:  # changed in this very moment
            raise Problem(422, "wrong_password", WRONG)
        if newer is not None:
            found.password_hash = newer
        throttle.take_back(db, written)
        throttle.forgive(db, tries[0])
        return make(db, user.id)


def prune_sessions(db: Session, longest: timedelta) -> None:
    """Drop the rows of sessions that no longer hold."""
    db.execute(delete(SignedIn).where(SignedIn.seen_at < now() - longest))


def _bare(email: str) -> str:
    """As accounts have it; what PostgreSQL can't take in a text belongs to no account."""
    return email.strip().lower().replace("\x00", "")[:254]
