"""Who asks, and their token."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from flask import request
from msgspec import Meta
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.sign_in import with_password
from webapp.accounts.tokens import LONGEST_DAYS, new_token, revoke
from webapp.api import shapes
from webapp.api.contract import Endpoints
from webapp.db.people import ApiToken
from webapp.policy import Act
from webapp.web.gate import here
from webapp.web.identity import digest_of

api = Endpoints("account")


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    """Who wants a token, and what for."""

    email: Annotated[str, Meta(min_length=1, max_length=254)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    name: Annotated[str, Meta(max_length=100, description="What it is for: its owner reads this in a list.")] = (
        "a program"
    )
    expires_in_days: Annotated[int, Meta(ge=1, le=LONGEST_DAYS)] = 90


@api.post("/tokens", act=Act.ANYTHING, answers={201: shapes.Token}, also=(409, 429))
def create_token(body: NewToken) -> shapes.Token:
    """Show email and password, and get a token. Too many wrong ones slow down the account and the network."""

    def make(db: Session, user: int) -> tuple[ApiToken, str]:
        return new_token(db, user, body.name, body.expires_in_days)

    limits, address = here.settings.limits, request.remote_addr or ""
    row, secret = with_password(here.database, body.email, body.password, address, limits, make)
    expires: datetime | None = row.expires_at
    return shapes.Token(secret, row.name, expires)


@api.delete("/tokens/current", act=Act.SIGNED_IN, answers={204: None})
def revoke_token() -> None:
    """Revoke the token with which this is sent."""
    user = here.person.user
    assert user is not None
    sent = request.headers["Authorization"].partition(" ")[2].strip()
    with here.database.write() as db:
        id = db.scalar(select(ApiToken.id).where(ApiToken.digest == digest_of(sent)))
        revoke(db, user.id, id or 0)


@api.get("/me", act=Act.SIGNED_IN)
def me() -> shapes.Me:
    """Whose token this is."""
    user = here.person.user
    assert user is not None
    return shapes.Me(user.id, user.email, user.name, user.is_admin, user.time_zone)
