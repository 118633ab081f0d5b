"""Links to join a course: who may make them, who joins with them, and when they no longer hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from webapp.db.base import now
from webapp.db.people import Enrolment, Invitation, Role, User
from webapp.db.work import AuditEvent
from webapp.web.identity import COOKIE

OFFER = {"role": "student", "group": "", "uses": "", "days": "30", "email": ""}
EVE = {"name": "Eve", "email": "Eve@Example.org", "password": "a password of eve"}


def link(site: Any, **changes: str) -> str:
    """An invitation of grace's to `tiny`: its path."""
    grace = site.client("grace")
    assert grace.post("/c/tiny/invitations", data=OFFER | changes).status_code == 303
    page = grace.get("/c/tiny/invitations").text
    whole = str(page.split('id="once" value="')[1].split('"')[0])
    assert whole.startswith(f"{site.settings.address}/join/")
    assert whole not in grace.get("/c/tiny/invitations").text, "it is shown once"
    return whole.removeprefix(site.settings.address)


def invitation(site: Any) -> Invitation:
    with site.database.read() as db:
        found: Invitation = db.scalars(select(Invitation).order_by(Invitation.id.desc())).first()
        return found


def enrolments(site: Any, email: str, slug: str = "tiny") -> list[Enrolment]:
    with site.database.read() as db:
        rows = select(Enrolment).join(User).where(User.email == email, Enrolment.course_id == site.courses[slug])
        return list(db.scalars(rows))


def actions(site: Any) -> list[str]:
    with site.database.read() as db:
        return list(db.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_mallory_joins_with_the_account_that_she_has(site: Any) -> None:
    path = link(site, group="monday", uses="3")
    mallory = site.client("mallory")
    page = mallory.get(path).text
    assert "You are signed in as Mallory" in page and "Make an account" not in page
    answer = mallory.post(path)
    assert (answer.status_code, answer.location) == (303, "/c/tiny/")
    (enrolled,) = enrolments(site, "mallory@example.org")
    assert (enrolled.role, enrolled.group) == (Role.STUDENT, "monday")
    assert invitation(site).uses_left == 2
    assert actions(site) == ["invitation.made", "enrolment.joined"]
    assert mallory.post(path).status_code == 303
    assert invitation(site).uses_left == 2, "twice uses it up once"
    assert "You are in this course already." in mallory.get(path).text


def test_eve_makes_an_account_there_and_is_signed_in(site: Any) -> None:
    path, client = link(site), site.client()
    assert "Make an account" in client.get(path).text
    answer = client.post(path, data=EVE)
    assert (answer.status_code, answer.location) == (303, "/c/tiny/")
    assert client.get_cookie(COOKIE) is not None and client.get("/account").status_code == 200
    assert len(enrolments(site, "eve@example.org")) == 1
    again = site.client().post("/sign-in", data={"email": "eve@example.org", "password": EVE["password"]})
    assert again.status_code == 303


def test_who_has_an_account_signs_in_first_and_comes_back(site: Any) -> None:
    path, client = link(site), site.client()
    assert f'href="/sign-in?next={path}"' in client.get(path).text
    form = {"email": "mallory@example.org", "password": "correct horse battery", "next": path}
    assert client.post("/sign-in", data=form).location == path


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "ada@example.org"}, "This address has an account already"),
        ({"email": "no address"}, "That is no email address"),
        ({"email": "a@b\r\nBcc: c@d"}, "That is no email address"),
        ({"email": "x" * 250 + "@example.org"}, "That is no email address"),
        ({"name": ""}, "A name has 1 to 200 signs"),
        ({"password": "short"}, "A password has at least 10 signs"),
    ],
)
def test_an_account_that_can_not_be_is_not_made(site: Any, change: dict[str, str], sentence: str) -> None:
    path = link(site, uses="1")
    answer = site.client().post(path, data=EVE | change)
    assert answer.status_code in (409, 422) and sentence in answer.text
    assert EVE["password"] not in answer.text
    assert invitation(site).uses_left == 1
    with site.database.read() as db:
        assert db.scalar(select(User).where(User.name == "Eve")) is None


def test_making_accounts_from_one_address_is_slowed_down(site: Any) -> None:
    path = link(site)
    for _ in range(5 * site.settings.limits.sign_ins):
        assert site.client().post(path, data=EVE | {"password": "short"}).status_code == 422
    answer = site.client().post(path, data=EVE)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("columns", "status", "sentence"),
    [
        ({"expires_at": now() - timedelta(seconds=1)}, 410, "This invitation has expired"),
        ({"revoked_at": now()}, 410, "This invitation was revoked"),
        ({"uses_left": 0}, 410, "This invitation was used as often as it may be"),
        ({"digest": "0" * 64}, 404, "This invitation is not known here"),
    ],
)
def test_an_invitation_that_no_longer_holds_says_why(
    site: Any, columns: dict[str, Any], status: int, sentence: str
) -> None:
    path = link(site)
    site.change(Invitation, invitation(site).id, **columns)
    for answer in (
        site.client().get(path),
        site.client().post(path, data=EVE),
        site.client("mallory").get(path),
        site.client("mallory").post(path),
    ):
        assert answer.status_code == status and sentence in answer.text
        assert "Tiny" not in answer.text.split("<main")[1], "it no longer tells of which course it was"
    assert not enrolments(site, "mallory@example.org") and not enrolments(site, "eve@example.org")


def test_the_last_use_is_one_persons(site: Any) -> None:
    path = link(site, uses="1")
    assert site.client("mallory").post(path).status_code == 303
    assert site.client("root").post(path).status_code == 410
    assert not enrolments(site, "root@example.org")


def test_one_for_a_single_address_is_for_nobody_else(site: Any) -> None:
    path = link(site, email="Eve@example.org")
    assert "eve@example.org" not in site.client().get(path).text, "the page does not tell for whom"
    assert site.client("mallory").post(path).status_code == 403
    wrong = site.client().post(path, data=EVE | {"email": "adam@example.org"})
    assert wrong.status_code == 422 and "for another address" in wrong.text
    with site.database.read() as db:
        assert db.scalar(select(User).where(User.email == "adam@example.org")) is None
    assert site.client().post(path, data=EVE).status_code == 303


def test_an_invitation_never_changes_a_role_that_somebody_has(site: Any) -> None:
    assert site.client("lin").post(link(site, role="student")).status_code == 303
    assert site.client("ada").post(link(site, role="instructor")).status_code == 303
    assert [one.role for one in enrolments(site, "lin@example.org")] == [Role.ASSISTANT]
    assert [one.role for one in enrolments(site, "ada@example.org")] == [Role.STUDENT]


def test_who_was_taken_off_the_course_does_not_come_back_by_a_link(site: Any) -> None:
    site.change(Enrolment, site.enrolments["ada"], is_active=False)
    answer = site.client("ada").post(link(site))
    assert answer.status_code == 409 and "ask your instructor to take you back" in answer.text
    assert not enrolments(site, "ada@example.org")[0].is_active


def test_grace_revokes_an_invitation(site: Any) -> None:
    path, grace = link(site), site.client("grace")
    row = invitation(site).id
    assert grace.post(f"/c/tiny/invitations/{row}/revoke").status_code == 303
    assert site.client("mallory").post(path).status_code == 410
    assert "No invitations" in grace.get("/c/tiny/invitations").text
    assert grace.post(f"/c/tiny/invitations/{row}/revoke").status_code == 404


def test_another_courses_instructor_reaches_no_invitation(site: Any) -> None:
    link(site)
    site.change(Enrolment, site.enrolments["mallory"], role=Role.INSTRUCTOR)
    mallory, row = site.client("mallory"), invitation(site).id
    assert mallory.get("/c/tiny/invitations").status_code == 404
    assert mallory.post(f"/c/other/invitations/{row}/revoke").status_code == 404
    assert invitation(site).revoked_at is None


@pytest.mark.parametrize("name", ["ada", "lin"])
def test_only_instructors_invite(site: Any, name: str) -> None:
    assert site.client(name).post("/c/tiny/invitations", data=OFFER).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"role": "admin"},
        {"role": ""},
        {"uses": "0"},
        {"uses": "-1"},
        {"uses": "1.5"},
        {"uses": "9" * 30},
        {"days": ""},
        {"days": "0"},
        {"days": "400"},
        {"days": "²"},
        {"email": "nobody"},
        {"group": "g" * 101},
        {"group": "a\x00b"},
    ],
)
def test_an_offer_that_can_not_be_names_its_field(site: Any, change: dict[str, str]) -> None:
    answer = site.client("grace").post("/c/tiny/invitations", data=OFFER | change)
    (field,) = change
    assert answer.status_code == 422 and f'href="#f-{field}"' in answer.text
    with site.database.read() as db:
        assert db.scalar(select(Invitation)) is None
