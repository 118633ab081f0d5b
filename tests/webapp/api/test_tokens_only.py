"""Who the API listens to: tokens that hold, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from webapp.db.base import now
from webapp.db.people import User
from webapp.db.work import Submission

SEND = "/courses/tiny/exercises/double_it/submissions"


def test_a_token_says_whose_it_is(call: Any) -> None:
    me = call("ada", "GET", "/me")
    assert (me.status, me.json["email"], me.json["is_admin"]) == (200, "ada@example.org", False)


def test_without_a_token_nobody_is_let_in(call: Any) -> None:
    answer = call(None, "GET", "/me")
    assert answer.refusal == (401, "sign_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_browsers_cookie_means_nothing_to_the_api(site: Any) -> None:
    browser = site.client("ada")
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post(f"/api/v1{SEND}", json={"content": "x = 1\n"}).status_code == 401
    with site.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Submission)) == 0


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"expires_at": now() - timedelta(seconds=1)}, "expired_token"),
        ({"revoked_at": now() - timedelta(seconds=1)}, "revoked_token"),
    ],
)
def test_a_token_that_has_ended_is_refused(site: Any, call: Any, columns: dict[str, Any], code: str) -> None:
    assert call(None, "GET", "/me", headers=site.token("ada", **columns)).refusal == (401, code)
    assert call(None, "POST", SEND, json={"content": "x"}, headers=site.token("ada", **columns)).refusal == (401, code)


def test_a_header_that_is_no_token_is_refused(call: Any) -> None:
    for header in ("Bearer", "Bearer  ", "Bearer gg_nothing", "Basic YWRhOmFkYQ==", "gg_x", "\xe4"):
        assert call(None, "GET", "/me", headers={"Authorization": header}).refusal == (401, "bad_token"), header


def test_a_token_of_an_account_that_was_closed_is_refused(site: Any, call: Any) -> None:
    assert call("ada", "GET", "/me").status == 200
    site.change(User, site.people["ada"], is_active=False)
    assert call("ada", "GET", "/me").refusal == (401, "bad_token")
