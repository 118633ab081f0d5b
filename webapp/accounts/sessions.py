"""Browsers that are signed in. Each has a token in a cookie; here is its digest, when it was seen, and from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.db.base import now
from webapp.db.people import SignedIn
from webapp.settings import Limits
from webapp.web.identity import digest_of, new_secret
from webapp.web.problem import not_found

MOST = 40  # browsers of one person; the one that was used longest ago goes


@dataclass(frozen=True)
class Visit:
    """The browser that asks: what it calls itself, where it is, and the cookie that it sent."""

    agent: str
    address: str
    cookie: str = ""


def open_session(db: Session, user: int, visit: Visit) -> str:
    """Sign a browser in: the new token. Whom it was signed in as before ends: a planted cookie is worth nothing."""
    if visit.cookie:
        close_session(db, visit.cookie)
    kept = select(SignedIn.id).where(SignedIn.user_id == user).order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())
    if old := db.scalars(kept.offset(MOST - 1)).all():
        db.execute(delete(SignedIn).where(SignedIn.id.in_(old)))
    secret = new_secret()
    row = SignedIn(
        digest=digest_of(secret), user_id=user, agent=_clean(visit.agent, 300), address=_clean(visit.address, 64)
    )
    db.add(row)
    return secret


def close_session(db: Session, cookie: str) -> None:
    """Sign out the browser with this cookie."""
    db.execute(delete(SignedIn).where(SignedIn.digest == digest_of(cookie)))


def sessions_of(db: Session, user: int, limits: Limits) -> Sequence[SignedIn]:
    """Those that still hold, the last used first."""
    mine = select(SignedIn).where(SignedIn.user_id == user, SignedIn.seen_at > now() - limits.session)
    return db.scalars(mine.order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())).all()


def end_session(db: Session, user: int, session: int) -> None:
    """End one of this person's sessions. Raises Problem (404), for somebody else's too."""
    done = db.execute(delete(SignedIn).where(SignedIn.id == session, SignedIn.user_id == user))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise not_found("session")


def end_sessions(db: Session, user: int, *, but: int | None = None) -> int:
    """End all of this person's sessions, except `but`: how many there were."""
    theirs = delete(SignedIn).where(SignedIn.user_id == user)
    done = db.execute(theirs if but is None else theirs.where(SignedIn.id != but))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _clean(text: str, longest: int) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:longest]


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """What a browser calls itself, in words that its owner knows: "Firefox on Linux"."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or agent[:40] or "A browser"
