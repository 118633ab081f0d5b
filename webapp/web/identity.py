"""Who asks: the cookie of a browser, or the token of a program, as a `Person`."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import Request
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.db.base import now
from webapp.db.database import Database
from webapp.db.people import ApiToken, Enrolment, SignedIn, User
from webapp.policy import Person
from webapp.settings import Settings
from webapp.web.problem import Problem

COOKIE = "gradgym_session"
TOKEN_PREFIX = "gg_"
_TOUCH = timedelta(minutes=1)  # "last used" is written no more often than this


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What of a token is kept: its SHA-256. The tokens are random, so they need no salt."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def person_of(db: Session, user: User) -> Person:
    rows = db.execute(
        select(Enrolment.course_id, Enrolment.id, Enrolment.role).where(
            Enrolment.user_id == user.id, Enrolment.is_active
        )
    )
    return Person(user, {course: (enrolment, role) for course, enrolment, role in rows})


def who_asks(request: Request, database: Database, settings: Settings) -> tuple[Person, SignedIn | None]:
    """The person, and the browser's session where there is one. A token decides alone where both are sent.

    A cookie means nothing to the API: browsers send it along whoever makes them, and the API has no forms with a token
    against that. Raises Problem for a token that doesn't hold; a cookie that doesn't hold is nobody's.
    """
    sent = request.headers.get("Authorization", "")
    if sent:
        return _of_token(sent, database), None
    cookie = None if request.path.startswith("/api/") else request.cookies.get(COOKIE)
    if not cookie:
        return Person(), None
    with database.read() as db:
        found = db.scalar(select(SignedIn).where(SignedIn.digest == digest_of(cookie)))
        if found is None or found.seen_at + settings.limits.session < now() or not found.user.is_active:
            return Person(), None
        person = person_of(db, found.user)
    if found.seen_at + _TOUCH < now():
        with database.write() as db:
            db.execute(update(SignedIn).where(SignedIn.id == found.id).values(seen_at=now()))
    return person, found


def _of_token(sent: str, database: Database) -> Person:
    kind, _, token = sent.partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Problem(401, "bad_token", "The Authorization header has to read `Bearer TOKEN`.")
    with database.read() as db:
        found = db.scalar(select(ApiToken).where(ApiToken.digest == digest_of(token.strip())))
        if found is None or not found.user.is_active:
            raise Problem(401, "bad_token", "This token is not known here: sign in again with `gradgym login`.")
        if found.revoked_at is not None:
            raise Problem(401, "revoked_token", "This token was revoked: sign in again with `gradgym login`.")
        if found.expires_at is not None and found.expires_at < now():
            raise Problem(401, "expired_token", "This token has expired: sign in again with `gradgym login`.")
        person = person_of(db, found.user)
    if found.last_used_at is None or found.last_used_at + _TOUCH < now():
        with database.write() as db:
            db.execute(update(ApiToken).where(ApiToken.id == found.id).values(last_used_at=now()))
    return person
