"""Signing in and out with a password, and what an attacker tries there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from webapp.accounts.places import local_path
from webapp.app import create_app
from webapp.db.base import now
from webapp.db.people import FailedSignIn, SignedIn, User
from webapp.web.identity import COOKIE, digest_of

PASSWORD = "correct horse battery"


def sign_in(client: Any, email: str = "ada@example.org", password: str = PASSWORD, **more: Any) -> Any:
    headers = more.pop("headers", {})
    environ = more.pop("environ_base", {})
    form = {"email": email, "password": password, **more}
    return client.post("/sign-in", data=form, headers=headers, environ_base=environ)


def without_form_tokens(answer: Any) -> str:
    text = re.sub(r'"X-CSRFToken": "[^"]+"', "", answer.text)
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text)


def is_in(client: Any) -> bool:
    return bool(client.get("/account").status_code == 200)


def sessions_of(site: Any, name: str) -> list[SignedIn]:
    with site.database.read() as db:
        return list(db.scalars(select(SignedIn).where(SignedIn.user_id == site.people[name]).order_by(SignedIn.id)))


def test_ada_signs_in_and_out(site: Any) -> None:
    client = site.client()
    answer = sign_in(client, " Ada@Example.org ", headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)
    (kept,) = sessions_of(site, "ada")
    assert (kept.agent, kept.address) == ("Mozilla/5.0 (X11; Linux) Firefox/140.0", "127.0.0.1")
    assert client.get_cookie(COOKIE).value != kept.digest == digest_of(client.get_cookie(COOKIE).value)
    assert client.post("/sign-out").status_code == 303
    assert not is_in(client) and not sessions_of(site, "ada")


def test_signing_out_takes_a_post(site: Any) -> None:
    client = site.client("ada")
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


@pytest.mark.parametrize("secure", [False, True])
def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(site: Any, secure: bool) -> None:
    app = create_app(replace(site.settings, secure=secure), site.database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    answer = sign_in(app.test_client())
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{COOKIE}=")]
    flags = {part.strip() for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags
    assert ("Secure" in flags) is secure
    assert "Domain" not in cookie


def test_a_planted_cookie_is_never_anybodys_session(site: Any) -> None:
    client = site.client()
    client.set_cookie(COOKIE, "planted-by-mallory")
    sign_in(client)
    assert client.get_cookie(COOKIE).value != "planted-by-mallory"
    mallory = site.client()
    mallory.set_cookie(COOKIE, "planted-by-mallory")
    assert not is_in(mallory)


def test_signing_in_ends_what_the_browser_was_signed_in_as(site: Any) -> None:
    client = site.client("mallory")
    before = client.get_cookie(COOKIE).value
    sign_in(client)
    client.set_cookie(COOKIE, before)
    assert not is_in(client)
    assert not sessions_of(site, "mallory")


def test_signing_in_again_gives_a_new_token(site: Any) -> None:
    client = site.client()
    sign_in(client)
    first = client.get_cookie(COOKIE).value
    sign_in(client)
    assert client.get_cookie(COOKIE).value != first
    assert len(sessions_of(site, "ada")) == 1


def test_unknown_account_and_wrong_password_look_the_same(site: Any) -> None:
    wrong = sign_in(site.client(), password="not this one")
    unknown = sign_in(site.client(), "nobody@example.org")
    assert wrong.status_code == unknown.status_code == 422
    assert without_form_tokens(wrong).replace("ada@", "nobody@") == without_form_tokens(unknown)
    assert "is not right" in wrong.text
    assert PASSWORD not in wrong.text and "not this one" not in wrong.text


@pytest.mark.parametrize("email", ["", "\x00", "ada@example.org\x00", "x" * 5000, "' OR 1=1 --", "ﬀ@example.org"])
def test_what_is_no_address_is_nobodys(site: Any, email: str) -> None:
    assert sign_in(site.client(), email, password="x").status_code == 422


@pytest.mark.parametrize("password", ["", "\x00", "x" * 100_000])
def test_any_password_can_be_wrong(site: Any, password: str) -> None:
    assert sign_in(site.client(), password=password).status_code == 422


def test_a_deactivated_account_does_not_get_in(site: Any) -> None:
    client = site.client("ada")
    site.change(User, site.people["ada"], is_active=False)
    assert not is_in(client)
    assert sign_in(site.client()).status_code == 422


def test_an_account_without_password_does_not_get_in(site: Any) -> None:
    site.change(User, site.people["ada"], password_hash=None)
    assert sign_in(site.client(), password="").status_code == 422


def test_an_old_hash_is_made_anew_when_the_password_is_there(site: Any) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    site.change(User, site.people["ada"], password_hash=weak)
    assert sign_in(site.client(), password="wrong one").status_code == 422
    with site.database.read() as db:
        assert db.get_one(User, site.people["ada"]).password_hash == weak
    assert sign_in(site.client()).status_code == 303
    with site.database.read() as db:
        newer = db.get_one(User, site.people["ada"]).password_hash
    assert newer != weak and newer.startswith("$argon2id$")
    assert sign_in(site.client()).status_code == 303


# Where to


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example",
        "///evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/a b",
        "//[",
        "",
    ],
)
def test_only_this_sites_pages_are_places_to_go(site: Any, place: str) -> None:
    assert local_path(place) is None
    assert sign_in(site.client(), next=place).location == "/"
    assert site.client("ada").get("/sign-in", query_string={"next": place}).location == "/"


def test_a_page_of_this_site_is_kept_through_signing_in(site: Any) -> None:
    client = site.client()
    sent = client.get("/account/tokens")
    assert sent.status_code == 302 and sent.location == "/sign-in?next=/account/tokens"
    page = client.get(sent.location)
    assert '<input type="hidden" name="next" value="/account/tokens">' in page.text
    wrong = sign_in(client, password="x", next="/account/tokens")
    assert 'name="next" value="/account/tokens"' in wrong.text, "a wrong password does not lose it"
    assert sign_in(client, next="/account/tokens?a=1").location == "/account/tokens?a=1"


# Too often


def test_too_many_tries_on_one_account_have_to_wait(site: Any, strict: Any) -> None:
    for number in range(site.settings.limits.sign_ins):
        assert (
            sign_in(site.client(), password="wrong", environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}).status_code
            == 422
        )
    blocked = sign_in(site.client())
    assert blocked.status_code == 429, "even with the right password, else it would tell"
    seconds = int(blocked.headers["Retry-After"])
    assert 0 < seconds <= site.settings.limits.sign_in_window.total_seconds() + 1
    assert "Too many tries: try again in" in blocked.text
    assert sign_in(site.client(), "bob@example.org").status_code == 303, "others are not held up"
    pass_by(site, site.settings.limits.sign_in_window)
    assert sign_in(site.client()).status_code == 303


def test_an_unknown_account_is_slowed_down_alike(site: Any) -> None:
    answers = [sign_in(site.client(), "nobody@example.org", "x") for _ in range(site.settings.limits.sign_ins + 1)]
    assert [one.status_code for one in answers] == [422] * site.settings.limits.sign_ins + [429]


def test_too_many_tries_from_one_address_have_to_wait(site: Any) -> None:
    many = 5 * site.settings.limits.sign_ins
    with site.database.write() as db:
        db.add_all(FailedSignIn(key="address:2001:db8:1:2::/64") for _ in range(many - 1))
    last = sign_in(site.client(), "one@example.org", "x", environ_base={"REMOTE_ADDR": "2001:db8:1:2::1"})
    assert last.status_code == 422
    other = sign_in(site.client(), "two@example.org", "x", environ_base={"REMOTE_ADDR": "2001:db8:1:2:ffff::9"})
    assert other.status_code == 429, "the whole /64 is one customer's"
    assert sign_in(site.client(), environ_base={"REMOTE_ADDR": "2001:db8:1:3::1"}).status_code == 303


def test_signing_in_well_forgives_the_account_and_not_the_address(site: Any) -> None:
    for _ in range(3):
        sign_in(site.client(), password="wrong")
    assert sign_in(site.client()).status_code == 303
    with site.database.read() as db:
        left = db.scalars(select(FailedSignIn.key)).all()
    assert left == ["address:127.0.0.1"] * 3


def test_old_tries_are_pruned(site: Any) -> None:
    with site.database.write() as db:
        old = now() - site.settings.limits.sign_in_window - timedelta(seconds=1)
        db.add_all(FailedSignIn(key=f"account:{number}", at=old) for number in range(20))
    sign_in(site.client())
    with site.database.read() as db:
        assert db.scalar(select(func.count()).select_from(FailedSignIn)) == 0


def test_what_was_typed_as_an_address_is_not_kept_in_clear(site: Any) -> None:
    sign_in(site.client(), "my-password-by-mistake", "x")
    with site.database.read() as db:
        assert not [key for key in db.scalars(select(FailedSignIn.key)) if "mistake" in key]


def pass_by(site: Any, time: timedelta) -> None:
    """Let time pass: what happened lies that much further back."""
    with site.database.write() as db:
        for row in db.scalars(select(FailedSignIn)):
            row.at -= time
        for session in db.scalars(select(SignedIn)):
            session.seen_at -= time


def test_a_session_that_was_not_used_for_long_no_longer_holds(site: Any) -> None:
    client = site.client("ada")
    pass_by(site, site.settings.limits.session - timedelta(minutes=5))
    assert is_in(client), "and being used, it is young again"
    pass_by(site, site.settings.limits.session - timedelta(minutes=5))
    assert is_in(client)
    pass_by(site, site.settings.limits.session + timedelta(minutes=5))
    assert not is_in(client)
    sign_in(site.client(), "bob@example.org")
    assert not sessions_of(site, "ada"), "and its row goes"


# Forms


def test_a_form_without_its_token_is_refused(site: Any) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = True
    client = site.client()
    refused = sign_in(client)
    assert refused.status_code == 400 and "no longer valid" in refused.text
    assert not sessions_of(site, "ada")
    token = client.get("/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert sign_in(client, csrf_token="x" + token).status_code == 400
    stranger = site.client()
    assert sign_in(stranger, csrf_token=token).status_code == 400, "one browser's token is not another's"
    assert sign_in(client, csrf_token=token).status_code == 303
    assert client.post("/account", data={"name": "Eve", "csrf_token": token}).status_code == 400, "signing in ends it"
    assert client.post("/sign-out").status_code == 400
    with site.database.read() as db:
        assert db.get_one(User, site.people["ada"]).name == "Ada"


def test_signing_in_while_the_password_changes_does_not_work(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from webapp.accounts import passwords

    right = passwords.is_right

    def changes(stored: str | None, password: str) -> bool:
        found = right(stored, password)
        with site.database.write() as db:
            db.execute(update(User).where(User.id == site.people["ada"]).values(password_hash="another"))
        return found

    monkeypatch.setattr(passwords, "is_right", changes)
    assert sign_in(site.client()).status_code == 422
