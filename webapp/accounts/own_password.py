"""Changing one's own password: with the old one, and every other browser is signed out."""

from __future__ import annotations

from webapp.accounts import passwords, throttle
from webapp.accounts.sessions import Visit, end_sessions, open_session
from webapp.db.database import Database
from webapp.db.people import User
from webapp.settings import Limits
from webapp.web.problem import Problem


def change_password(database: Database, user: User, old: str, new: str, visit: Visit, limits: Limits) -> str:
    """The token of this browser's new session. Raises Problem (422 with its field, 429)."""
    if user.password_hash is None:
        raise Problem(409, "no_password", "You have no password here: ask for a link to set one.")
    hashed = passwords.hash_password(passwords.acceptable(new, field="new"))
    tries = throttle.buckets(limits, user.email, visit.address)
    with database.write() as db:
        written = throttle.write_down(db, tries, limits.sign_in_window)
    if not passwords.is_right(user.password_hash, old):
        raise Problem(422, "wrong_password", "That is not your password now: try again.", field="old")
    with database.write() as db:
        found = db.get_one(User, user.id, with_for_update=True)
        if found.password_hash != user.password_hash:
            raise Problem(409, "changed", "Your password was changed elsewhere just now: sign in again.")
        found.password_hash = hashed
        throttle.take_back(db, written)
        end_sessions(db, user.id)
        return open_session(db, user.id, visit)
