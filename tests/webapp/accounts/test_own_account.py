"""A person's own account: name, zone, colours, password, browsers, tokens; and mallory, who reaches for ada's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from webapp.accounts.sessions import MOST, Visit, browser_name, open_session
from webapp.db.base import now
from webapp.db.people import ApiToken, SignedIn, User
from webapp.web.identity import COOKIE

PASSWORD = "correct horse battery"
NEW = "staple and a battery"


def user(site: Any, name: str) -> User:
    with site.database.read() as db:
        found: User = db.get_one(User, site.people[name])
        return found


def ids(site: Any, table: Any, name: str) -> list[int]:
    with site.database.read() as db:
        return list(db.scalars(select(table.id).where(table.user_id == site.people[name]).order_by(table.id)))


def is_in(client: Any) -> bool:
    return bool(client.get("/account").status_code == 200)


# Name, zone, colours


def test_ada_changes_her_name_and_zone(site: Any) -> None:
    client = site.client("ada")
    answer = client.post("/account", data={"name": "  Ada   Lovelace ", "time_zone": "Europe/Berlin"})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert (user(site, "ada").name, user(site, "ada").time_zone) == ("Ada Lovelace", "Europe/Berlin")
    page = client.get("/account").text
    assert 'value="Ada Lovelace"' in page and "Saved." in page
    client.post("/account", data={"name": "Ada", "time_zone": ""})
    assert user(site, "ada").time_zone == ""


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": " ", "time_zone": ""}, "A name has 1 to 200 signs"),
        ({"name": "a" * 201, "time_zone": ""}, "A name has 1 to 200 signs"),
        ({"name": "a\x00b", "time_zone": ""}, "A name has 1 to 200 signs"),
        ({"name": "a\u202eb", "time_zone": ""}, "A name has 1 to 200 signs"),
        ({"name": "Ada", "time_zone": "../../etc/passwd"}, "There is no such time zone"),
        ({"time_zone": "UTC"}, "A name has 1 to 200 signs"),
    ],
)
def test_what_is_no_name_or_zone_is_said_and_not_stored(site: Any, form: dict[str, str], sentence: str) -> None:
    answer = site.client("ada").post("/account", data=form)
    assert answer.status_code == 422 and sentence in answer.text
    assert (user(site, "ada").name, user(site, "ada").time_zone) == ("Ada", "")


def test_a_name_is_text_and_never_markup(site: Any) -> None:
    client = site.client("ada")
    client.post("/account", data={"name": "<b onclick=x>Ada", "time_zone": ""})
    assert "<b onclick" not in client.get("/account").text


def test_colours_are_kept_in_a_cookie_of_their_own(site: Any) -> None:
    client = site.client("ada")
    client.post("/account/theme", data={"theme": "dark"})
    assert client.get_cookie("theme").value == "dark"
    assert 'data-theme="dark"' in client.get("/account").text
    client.post("/account/theme", data={"theme": '"><script>'})
    assert client.get_cookie("theme") is None


# Password


def test_a_new_password_ends_all_other_browsers(site: Any) -> None:
    client, elsewhere = site.client("ada"), site.client("ada")
    before = client.get_cookie(COOKIE).value
    answer = client.post("/account/password", data={"old": PASSWORD, "new": NEW})
    assert answer.status_code == 303
    assert is_in(client) and not is_in(elsewhere)
    assert client.get_cookie(COOKIE).value != before
    assert site.client().post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD}).status_code == 422
    assert site.client().post("/sign-in", data={"email": "ada@example.org", "password": NEW}).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("wrong", NEW, "That is not your password now"),
        (PASSWORD, "short", "A password has at least 10 signs"),
        (PASSWORD, "x" * 201, "A password has at most 200 signs"),
    ],
)
def test_a_password_that_can_not_be_changes_nothing(site: Any, old: str, new: str, sentence: str) -> None:
    elsewhere, before = site.client("ada"), user(site, "ada").password_hash
    answer = site.client("ada").post("/account/password", data={"old": old, "new": new})
    assert answer.status_code == 422 and sentence in answer.text
    assert user(site, "ada").password_hash == before and is_in(elsewhere)


def test_guessing_the_old_password_is_slowed_down(site: Any) -> None:
    client = site.client("ada")
    for _ in range(site.settings.limits.sign_ins):
        assert client.post("/account/password", data={"old": "x", "new": NEW}).status_code == 422
    blocked = client.post("/account/password", data={"old": PASSWORD, "new": NEW})
    assert blocked.status_code == 429 and int(blocked.headers["Retry-After"]) > 0


def test_an_account_without_password_gets_none_from_a_stolen_browser(site: Any) -> None:
    site.change(User, site.people["ada"], password_hash=None)
    client = site.client("ada")
    assert "You have no password here" in client.get("/account/password").text
    assert client.post("/account/password", data={"old": "", "new": NEW}).status_code == 409
    assert user(site, "ada").password_hash is None


# Browsers


def test_ada_sees_her_browsers_and_ends_one(site: Any) -> None:
    client, elsewhere = site.client("ada"), site.client("ada")
    site.change(
        SignedIn, ids(site, SignedIn, "ada")[1], agent="Mozilla/5.0 (X11; Linux) Firefox/140.0", address="10.1.2.3"
    )
    site.client("mallory")
    page = client.get("/account/sessions").text
    assert page.count("this one") == 1 and "Firefox on Linux" in page and "10.1.2.3" in page
    assert page.count("<tr>") == 3, "a head and two browsers: nobody else's"
    other = ids(site, SignedIn, "ada")[1]
    assert client.post(f"/account/sessions/{other}/end").status_code == 303
    assert is_in(client) and not is_in(elsewhere)


def test_ada_ends_all_her_other_browsers(site: Any) -> None:
    client, elsewhere, bob = site.client("ada"), [site.client("ada") for _ in range(3)], site.client("bob")
    assert client.post("/account/sessions/end").status_code == 303
    assert "Signed out elsewhere: 3." in client.get("/account/sessions").text
    assert is_in(client) and is_in(bob) and not any(is_in(one) for one in elsewhere)


def test_mallory_neither_sees_nor_ends_adas_browsers(site: Any) -> None:
    ada, mallory = site.client("ada"), site.client("mallory")
    site.change(SignedIn, ids(site, SignedIn, "ada")[0], address="10.9.9.9")
    assert "10.9.9.9" not in mallory.get("/account/sessions").text
    (hers,) = ids(site, SignedIn, "ada")
    assert mallory.post(f"/account/sessions/{hers}/end").status_code == 404
    mallory.post("/account/sessions/end")
    assert is_in(ada)


def test_nobody_has_more_than_so_many_browsers(site: Any) -> None:
    with site.database.write() as db:
        for _ in range(MOST + 5):
            open_session(db, site.people["ada"], Visit("", ""))
            db.flush()
    assert len(ids(site, SignedIn, "ada")) == MOST


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "A browser"),
    ],
)
def test_browsers_have_names_that_people_know(agent: str, name: str) -> None:
    assert browser_name(agent) == name


# Tokens


def made(client: Any, name: str = "laptop", days: str = "30") -> str:
    assert client.post("/account/tokens", data={"name": name, "days": days}).status_code == 303
    page = client.get("/account/tokens").text
    return str(page.split('id="once" value="')[1].split('"')[0])


def test_a_token_is_shown_once_and_works(site: Any) -> None:
    client = site.client("ada")
    secret = made(client)
    assert secret.startswith("gg_") and len(secret) > 40
    again = client.get("/account/tokens").text
    assert secret not in again and secret[:8] in again and "laptop" in again and "never" in again
    program = site.client()
    header = {"Authorization": f"Bearer {secret}"}
    assert program.get("/account/tokens", headers=header).status_code == 200
    with site.database.read() as db:
        row = db.scalar(select(ApiToken))
    assert row.digest != secret and row.last_used_at is not None
    assert timedelta(days=29) < row.expires_at - now() < timedelta(days=31)


@pytest.mark.parametrize(
    ("column", "code"), [("revoked_at", "revoked_token"), ("expires_at", "expired_token"), ("digest", "bad_token")]
)
def test_a_token_that_no_longer_holds_is_refused_in_the_apis_words(site: Any, column: str, code: str) -> None:
    secret = made(site.client("ada"))
    (row,) = ids(site, ApiToken, "ada")
    site.change(ApiToken, row, **{column: "0" * 64 if column == "digest" else now() - timedelta(seconds=1)})
    header = {"Authorization": f"Bearer {secret}"}
    answer = site.client().get("/api/v1/me", headers=header)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["error"]["code"] == code and set(answer.json) == {"error"}
    assert site.client().get("/account", headers=header).status_code == 401


def test_ada_revokes_a_token(site: Any) -> None:
    client = site.client("ada")
    secret = made(client)
    (row,) = ids(site, ApiToken, "ada")
    assert client.post(f"/account/tokens/{row}/revoke").status_code == 303
    assert site.client().get("/account", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert client.post(f"/account/tokens/{row}/revoke").status_code == 404, "twice is once"


def test_mallory_neither_sees_nor_revokes_adas_tokens(site: Any) -> None:
    secret = made(site.client("ada"), "adas laptop")
    (row,) = ids(site, ApiToken, "ada")
    mallory = site.client("mallory")
    assert "adas laptop" not in mallory.get("/account/tokens").text
    assert mallory.post(f"/account/tokens/{row}/revoke").status_code == 404
    assert site.client().get("/account", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


@pytest.mark.parametrize(
    ("name", "days", "sentence"),
    [("", "30", "A token needs a name"), ("x" * 101, "30", "A token needs a name"), ("x", "0", "A token holds for"),
     ("x", "9999", "A token holds for"), ("x", "²", "A token holds for"), ("x", "-1", "A token holds for")],
)  # fmt: skip
def test_a_token_that_can_not_be_is_not_made(site: Any, name: str, days: str, sentence: str) -> None:
    answer = site.client("ada").post("/account/tokens", data={"name": name, "days": days})
    assert answer.status_code == 422 and sentence in answer.text
    assert not ids(site, ApiToken, "ada")


def test_a_deactivated_accounts_token_stops_at_once(site: Any) -> None:
    header = site.token("ada")
    site.change(User, site.people["ada"], is_active=False)
    assert site.client().get("/account", headers=header).status_code == 401


def test_a_program_can_not_make_itself_another_token(site: Any) -> None:
    header = site.token("ada")
    for path, form in (("tokens", {"name": "x", "days": "365"}), ("password", {"old": PASSWORD, "new": NEW})):
        assert site.client().post(f"/account/{path}", data=form, headers=header).status_code == 403
    assert len(ids(site, ApiToken, "ada")) == 1
