"""Email and password for a token, and giving it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from webapp.accounts.sessions import Visit
from webapp.accounts.sign_in import sign_in
from webapp.db.base import now
from webapp.db.people import ApiToken, User
from webapp.web.problem import Problem

PASSWORD = "correct horse battery"
ADA = {"email": "ada@example.org", "password": PASSWORD}


def tokens(site: Any) -> int:
    with site.database.read() as db:
        return int(db.scalar(select(func.count()).select_from(ApiToken)))


def test_ada_gets_a_token_and_gives_it_back(site: Any, call: Any) -> None:
    made = call(None, "POST", "/tokens", json={**ADA, "name": "laptop", "expires_in_days": 7})
    assert made.status == 201
    assert made.json["name"] == "laptop"
    left = datetime.fromisoformat(made.json["expires_at"]) - now()
    assert timedelta(days=6) < left <= timedelta(days=7)
    header = {"Authorization": f"Bearer {made.json['token']}"}
    assert call(None, "GET", "/me", headers=header).json["name"] == "Ada"
    assert call(None, "DELETE", "/tokens/current", headers=header).status == 204
    assert call(None, "GET", "/me", headers=header).refusal == (401, "revoked_token")
    assert call(None, "DELETE", "/tokens/current", headers=header).refusal == (401, "revoked_token")


def test_the_database_has_only_the_digest(site: Any, call: Any) -> None:
    secret = call(None, "POST", "/tokens", json=ADA).json["token"]
    with site.database.read() as db:
        (row,) = db.scalars(select(ApiToken))
        assert row.shown == secret[:8] and secret not in (row.digest, row.shown)


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org", "bob@example.org"])
def test_a_wrong_password_and_an_unknown_account_get_the_same_sentence(site: Any, call: Any, email: str) -> None:
    site.change(User, site.people["bob"], is_active=False)
    sent = {"email": email, "password": PASSWORD if email.startswith("bob") else "wrong horse battery"}
    answer = call(None, "POST", "/tokens", json=sent)
    assert answer.refusal == (422, "wrong_password")
    assert answer.json == call(None, "POST", "/tokens", json={"email": "x", "password": "x"}).json
    assert tokens(site) == 0


def test_guessing_is_slowed_down_as_it_is_on_the_sign_in_page(site: Any, strict: Any, call: Any) -> None:
    site.app.config["SETTINGS"] = strict(sign_ins=2)
    for _ in range(2):
        assert call(None, "POST", "/tokens", json={**ADA, "password": "wrong"}).refusal == (422, "wrong_password")
    answer = call(None, "POST", "/tokens", json=ADA)
    assert answer.refusal == (429, "too_many_tries"), "even the right one has to wait"
    assert int(answer.headers["Retry-After"]) > 0
    assert tokens(site) == 0
    visit = Visit("a browser", "127.0.0.1")
    with pytest.raises(Problem) as refused:
        sign_in(site.database, ADA["email"], PASSWORD, visit, strict(sign_ins=2).limits)
    assert refused.value.status == 429, "they are counted together"


NOT_MEANT: list[tuple[dict[str, Any], str]] = [
    ({"email": "ada@example.org"}, "password"),
    ({"password": PASSWORD}, "email"),
    ({**ADA, "expires_in_days": 0}, "expires_in_days"),
    ({**ADA, "expires_in_days": 100_000}, "expires_in_days"),
    ({**ADA, "expires_in_days": None}, "expires_in_days"),
    ({**ADA, "name": " "}, "name"),
    ({**ADA, "name": "a\0b"}, "name"),
    ({**ADA, "name": "x" * 101}, "name"),
    ({**ADA, "email": "ada@example.org\0"}, "email"),
    ({**ADA, "admin": True}, "admin"),
]


def test_a_request_that_cannot_be_meant_makes_no_token(site: Any, call: Any) -> None:
    for body, field in NOT_MEANT:
        answer = call(None, "POST", "/tokens", json=body)
        assert (answer.status, answer.field) == (422, field), answer.json
        assert PASSWORD.encode() not in answer.content
    assert tokens(site) == 0
