"""Tokens for programs: named by their owner, shown once, with an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from webapp.db.base import now
from webapp.db.people import ApiToken
from webapp.web.identity import TOKEN_PREFIX, digest_of, new_secret
from webapp.web.problem import Problem, not_found

LONGEST_DAYS: Final = 366
MOST: Final = 50  # that hold at a time, of one person


def new_token(db: Session, user: int, name: str, days: int) -> tuple[ApiToken, str]:
    """A token that holds for so many days, and its secret, which is nowhere else. Raises Problem."""
    name = " ".join(name.split())
    if not name or len(name) > 100 or not name.isprintable():
        raise Problem(422, "bad_name", "A token needs a name of at most 100 signs: say what it is for.", field="name")
    if not 1 <= days <= LONGEST_DAYS:
        raise Problem(
            422, "bad_expiry", f"A token holds for 1 to {LONGEST_DAYS} days: choose one of these.", field="days"
        )
    if (db.scalar(select(func.count()).select_from(_holding(user).subquery())) or 0) >= MOST:
        raise Problem(409, "too_many_tokens", f"You have {MOST} tokens: revoke one that you no longer need.")
    secret = f"{TOKEN_PREFIX}{new_secret()}"
    row = ApiToken(
        digest=digest_of(secret), shown=secret[:8], user_id=user, name=name, expires_at=now() + timedelta(days=days)
    )
    db.add(row)
    db.flush()
    return row, secret


def _holding(user: int) -> Select[ApiToken]:
    unexpired = or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now())
    return select(ApiToken).where(ApiToken.user_id == user, ApiToken.revoked_at.is_(None), unexpired)


def tokens_of(db: Session, user: int) -> Sequence[ApiToken]:
    """Those of this person that were not revoked, the newest first; expired ones too."""
    mine = select(ApiToken).where(ApiToken.user_id == user, ApiToken.revoked_at.is_(None))
    return db.scalars(mine.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())).all()


def revoke(db: Session, user: int, token: int) -> ApiToken:
    """Raises Problem (404), for somebody else's too."""
    found = db.scalar(
        select(ApiToken).where(ApiToken.id == token, ApiToken.user_id == user, ApiToken.revoked_at.is_(None))
    )
    if found is None:
        raise not_found("token")
    found.revoked_at = now()
    return found
