"""Which account a sign-in at the provider opens: the one tied to it, one with the same checked address, a new one."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.accounts.email import normal_email
from webapp.accounts.people import LONGEST_NAME, by_email, new_account
from webapp.accounts.provider import Claims
from webapp.accounts.sessions import end_sessions
from webapp.db.base import now
from webapp.db.people import ApiToken, User
from webapp.gradebook import audit
from webapp.policy import Person
from webapp.web.problem import Problem


def account_for(db: Session, claims: Claims) -> User:
    """The account, in a transaction that writes. Raises Problem.

    An address counts only where the provider has checked it: whoever can write any address there would else have that
    account, or be taken for its owner in a roster.
    """
    tied = db.scalar(select(User).where(User.oidc_issuer == claims.issuer, User.oidc_subject == claims.subject))
    if tied is not None:
        return _active(tied)
    if not claims.email or not claims.is_verified:
        raise Problem(
            403,
            "unverified_email",
            "Your university has not confirmed your email address, so nobody can say which account is yours: sign in "
            "with a password, or ask your instructor for an invitation.",
        )
    email = normal_email(claims.email)
    found = by_email(db, email)
    if found is None:
        name = "".join(sign for sign in claims.name if sign.isprintable()).strip()[:LONGEST_NAME]
        made = new_account(db, email, name or email.partition("@")[0])
        made.oidc_issuer, made.oidc_subject = claims.issuer, claims.subject
        audit.record(db, Person(made), "account.made", after={"user": made.id, "by": "oidc"})
        return made
    _active(found)
    if found.oidc_subject is not None:
        raise Problem(
            409,
            "tied_already",
            "The account with your address is tied to another sign-in of your university: ask an admin of the site.",
        )
    _tie(db, found, claims)
    return found


def _tie(db: Session, user: User, claims: Claims) -> None:
    """The account is theirs now alone: somebody else may have made it with their address, which nobody checked then."""
    user.oidc_issuer, user.oidc_subject, user.password_hash = claims.issuer, claims.subject, None
    end_sessions(db, user.id)
    theirs = update(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
    db.execute(theirs.values(revoked_at=now()))
    audit.record(db, Person(user), "account.tied", after={"user": user.id, "by": "oidc"})


def _active(user: User) -> User:
    if not user.is_active:
        raise Problem(403, "deactivated", "This account was deactivated: ask an admin of the site.")
    return user
