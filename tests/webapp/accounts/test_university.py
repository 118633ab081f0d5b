"""Signing in at the university's own server, and everything that may be wrong with what comes back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from joserfc.jwk import ECKey
from sqlalchemy import func, select

from webapp.db.people import ApiToken, SignedIn, User
from webapp.db.work import AuditEvent
from webapp.web.identity import COOKIE


@pytest.fixture
def at(remade: Any, university: Any) -> Any:
    """The site that signs people in at the university."""
    client, secret = university.client
    return remade(oidc_issuer=university.address, oidc_client=client, oidc_secret=secret)


def back(client: Any, place: str = "") -> str:
    """Go to the university, sign in there, and say where it sends the browser: a path here."""
    to = client.get("/sign-in/oidc", query_string={"next": place} if place else {})
    assert to.status_code == 302, to.text
    there = requests.get(to.location, allow_redirects=False, timeout=10)
    assert there.status_code == 302, there.text
    parts = urlsplit(there.headers["Location"])
    return f"{parts.path}?{parts.query}"


def walk(client: Any, place: str = "") -> Any:
    return client.get(back(client, place))


def users(site: Any, email: str = "eve@example.org") -> list[User]:
    with site.database.read() as db:
        return list(db.scalars(select(User).where(User.email == email)))


def is_refused(site: Any, client: Any, answer: Any, status: int, sentence: str) -> None:
    assert answer.status_code == status, answer.text
    assert sentence in answer.text and "Sign in</h1>" in answer.text
    assert client.get_cookie(COOKIE) is None
    with site.database.read() as db:
        assert db.scalar(select(func.count()).select_from(SignedIn)) == 0


def test_eve_gets_an_account_and_has_the_same_one_next_time(at: Any, university: Any) -> None:
    client = at.client()
    assert f"Sign in at {urlsplit(university.address).hostname}" in client.get("/sign-in").text
    answer = walk(client, "/account/tokens")
    assert (answer.status_code, answer.location) == (303, "/account/tokens")
    assert client.get("/account").status_code == 200
    (eve,) = users(at)
    assert (eve.name, eve.password_hash, eve.oidc_subject) == ("Eve of the university", None, "u-1")
    university.says = {"email": "eve.married@example.org", "name": "Eve again"}
    assert walk(at.client()).status_code == 303
    assert [one.id for one in users(at)] == [eve.id] and not users(at, "eve.married@example.org")


def test_what_is_asked_has_a_state_a_nonce_and_a_challenge(at: Any, university: Any) -> None:
    walk(at.client())
    walk(at.client())
    first, second = university.asked
    assert first["scope"] == "openid email profile"
    assert first["redirect_uri"] == f"{at.settings.address}/sign-in/oidc/back"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 20 and first[name] != second[name]


def test_after_it_only_this_sites_pages_are_places_to_go(at: Any) -> None:
    assert walk(at.client(), "//evil.example").location == "/"


def test_an_account_with_the_same_checked_address_is_theirs(at: Any, university: Any) -> None:
    university.says = {"email": "Ada@Example.org"}
    client = at.client()
    assert walk(client).status_code == 303
    (ada,) = users(at, "ada@example.org")
    assert ada.id == at.people["ada"] and ada.oidc_subject == "u-1"


def test_whoever_had_made_that_account_before_loses_it(at: Any, university: Any) -> None:
    mallory, header = at.client("ada"), at.token("ada")  # mallory had made it with ada's address
    university.says = {"email": "ada@example.org"}
    assert walk(at.client()).status_code == 303
    assert mallory.get("/account").status_code == 302
    assert at.client().get("/account", headers=header).status_code == 401
    form = {"email": "ada@example.org", "password": "correct horse battery"}
    assert at.client().post("/sign-in", data=form).status_code == 422
    with at.database.read() as db:
        assert db.scalar(select(ApiToken.revoked_at)) is not None
        assert db.scalars(select(AuditEvent.action)).all() == ["account.tied"]


@pytest.mark.parametrize("email", ["ada@example.org", "eve@example.org"])
@pytest.mark.parametrize("verified", [False, "false", None, "absent", 1])
def test_an_address_that_nobody_checked_is_nobodys(at: Any, university: Any, email: str, verified: Any) -> None:
    university.says = {"email": email, "email_verified": verified}
    university.leaves_out = {"email_verified"} if verified == "absent" else set()
    client = at.client()
    is_refused(at, client, walk(client), 403, "has not confirmed your email address")
    assert not users(at)
    assert users(at, "ada@example.org")[0].oidc_subject is None


def test_a_university_that_never_says_so_may_be_trusted(remade: Any, university: Any) -> None:
    client, secret = university.client
    options = {"oidc_issuer": university.address, "oidc_client": client, "oidc_secret": secret}
    site = remade(**options, oidc_trust_email=True)
    university.leaves_out = {"email_verified"}
    assert walk(site.client()).status_code == 303
    assert len(users(site)) == 1
    university.leaves_out, university.says = set(), {"sub": "u-2", "email": "x@example.org", "email_verified": False}
    assert walk(site.client()).status_code == 403, "what it denies is never trusted"


def test_one_account_is_never_two_peoples(at: Any, university: Any) -> None:
    walk(at.client())
    university.says = {"sub": "u-2"}
    client = at.client()
    answer = walk(client)
    assert answer.status_code == 409 and "tied to another sign-in" in answer.text
    assert users(at)[0].oidc_subject == "u-1"


def test_a_deactivated_account_stays_out(at: Any, university: Any) -> None:
    walk(at.client())
    at.change(User, users(at)[0].id, is_active=False)
    assert walk(at.client()).status_code == 403
    university.says = {"sub": "u-3", "email": "ada@example.org"}
    at.change(User, at.people["ada"], is_active=False)
    assert walk(at.client()).status_code == 403


def test_another_browsers_state_is_refused(at: Any) -> None:
    victim, mallory = at.client(), at.client()
    planted = back(mallory)
    is_refused(at, victim, victim.get(planted), 400, "was not begun in this browser")
    back(victim)  # and also in the middle of a sign-in of their own
    is_refused(at, victim, victim.get(planted), 400, "was not begun in this browser")


def test_a_state_works_once(at: Any) -> None:
    client = at.client()
    path = back(client)
    assert client.get(path).status_code == 303
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("leaves", ["state", "code"])
def test_what_is_left_out_is_refused(at: Any, leaves: str) -> None:
    client = at.client()
    asked = parse_qs(urlsplit(back(client)).query)
    rest = urlencode({name: values[0] for name, values in asked.items() if name != leaves})
    answer = client.get(f"/sign-in/oidc/back?{rest}")
    assert answer.status_code in (400, 403) and client.get_cookie(COOKIE) is None
    assert client.get("/sign-in/oidc/back").status_code == 400


LONG_AGO = 1_700_000_000  # seconds; a fixed moment, so that the test has one name


@pytest.mark.parametrize(
    "says",
    [
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": "another-client", "azp": "gradgym"},
        {"iss": "https://evil.example"},
        {"nonce": "of another sign-in"},
        {"exp": LONG_AGO + 3600, "iat": LONG_AGO},
        {"azp": "another-client"},
        {"sub": ""},
        {"sub": "x" * 300},
    ],
    ids=lambda says: ",".join(says),
)
def test_a_token_that_is_not_for_us_is_refused(at: Any, university: Any, says: dict[str, Any]) -> None:
    university.says = says
    client = at.client()
    is_refused(at, client, walk(client), 400, "does not hold")
    assert not users(at)


@pytest.mark.parametrize("name", ["aud", "iss", "exp", "iat", "nonce", "sub"])
def test_a_token_without_what_it_needs_is_refused(at: Any, university: Any, name: str) -> None:
    university.leaves_out = {name}
    client = at.client()
    is_refused(at, client, walk(client), 400, "does not hold")


def test_a_token_signed_by_somebody_else_is_refused(at: Any, university: Any) -> None:
    university.signs_with = ECKey.generate_key("P-256", {"kid": "one"})
    client = at.client()
    is_refused(at, client, walk(client), 400, "does not hold")


def test_a_code_without_its_verifier_is_refused(at: Any, university: Any) -> None:
    client = at.client()
    path = back(client)
    (code,) = university.codes
    university.codes[code]["code_challenge"] = "of another browser"
    is_refused(at, client, client.get(path), 403, "did not sign you in")


def test_who_says_no_at_the_university_is_told_so(at: Any) -> None:
    client = at.client()
    state = parse_qs(urlsplit(back(client)).query)["state"][0]
    answer = client.get("/sign-in/oidc/back", query_string={"error": "access_denied", "state": state})
    is_refused(at, client, answer, 403, "did not sign you in")
    assert "access_denied" not in answer.text


def test_a_university_that_is_away_is_said(remade: Any) -> None:
    site = remade(oidc_issuer="http://127.0.0.1:1", oidc_client="gradgym")
    answer = site.client().get("/sign-in/oidc")
    assert answer.status_code == 503 and "does not answer as it should" in answer.text
    assert site.client().get("/sign-in").status_code == 200, "passwords still work"


def test_a_university_under_another_name_is_not_believed(at: Any, university: Any) -> None:
    university.calls_itself = "https://evil.example"
    assert at.client().get("/sign-in/oidc").status_code == 503
    university.calls_itself = ""
    assert walk(at.client()).status_code == 303, "and it is asked again"


def test_a_university_without_encryption_is_not_asked(remade: Any) -> None:
    site = remade(oidc_issuer="http://sso.example.org", oidc_client="gradgym")
    assert site.client().get("/sign-in/oidc").status_code == 503


def test_without_a_university_there_is_no_such_page(site: Any) -> None:
    assert site.client().get("/sign-in/oidc").status_code == 404
    assert site.client().get("/sign-in/oidc/back").status_code == 404
    assert "Sign in at" not in site.client().get("/sign-in").text
