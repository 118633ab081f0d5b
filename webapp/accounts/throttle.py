"""Slowing down whoever tries too often. A try is written down before it is looked at, so many at once all count."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from webapp.db.base import now
from webapp.db.people import FailedSignIn
from webapp.settings import Limits
from webapp.web.problem import Problem

AN_ADDRESS = 5  # times as many as one account: a lecture hall may share one


@dataclass(frozen=True)
class Bucket:
    """Tries that are counted together, and how many of them a window takes."""

    key: str
    most: int


def buckets(limits: Limits, email: str | None, address: str, kind: str = "") -> list[Bucket]:
    """What a try counts for: the account, if one is named, and the network address. `kind` keeps purposes apart.

    The account's key is a digest: what people type there may be their password.
    """
    found = [Bucket(f"{kind}address:{_network(address)}", AN_ADDRESS * limits.sign_ins)]
    if email is not None:
        digest = hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()
        found.insert(0, Bucket(f"{kind}account:{digest}", limits.sign_ins))
    return found


def _network(address: str) -> str:
    """The address; of IPv6 its /64, because one customer has as many addresses there as they like."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def write_down(db: Session, tries: Sequence[Bucket], window: timedelta) -> list[int]:
    """Count a try, in a transaction that writes: the ids of its rows. Raises Problem (429) when there were too many."""
    moment = now()
    db.execute(delete(FailedSignIn).where(FailedSignIn.at <= moment - window))
    for one in tries:
        if db.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
            db.execute(select(func.pg_advisory_xact_lock(func.hashtext(one.key))))
        recent = select(FailedSignIn.at).where(FailedSignIn.key == one.key, FailedSignIn.at > moment - window)
        found = db.scalars(recent.order_by(FailedSignIn.at.desc()).limit(one.most)).all()
        if len(found) >= one.most:
            wait = max(1, int((found[-1] + window - moment).total_seconds()) + 1)
            raise Problem(429, "too_many_tries", f"Too many tries: try again in {said(wait)}.", retry_after=wait)
    rows = [FailedSignIn(key=one.key, at=moment) for one in tries]
    db.add_all(rows)
    db.flush()
    return [row.id for row in rows]


def take_back(db: Session, ids: Iterable[int]) -> None:
    """That try was a good one."""
    db.execute(delete(FailedSignIn).where(FailedSignIn.id.in_(list(ids))))


def forgive(db: Session, one: Bucket) -> None:
    """Forget all tries in this bucket."""
    db.execute(delete(FailedSignIn).where(FailedSignIn.key == one.key))


def said(seconds: int) -> str:
    """ "40 seconds", "3 minutes": rounded up."""
    if seconds < 90:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{-(-seconds // 60)} minutes"
