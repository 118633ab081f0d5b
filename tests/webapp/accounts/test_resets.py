"""Links to set a new password: who may make one for whom, and that each works once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from webapp.accounts.resets import new_reset
from webapp.db.base import now
from webapp.db.people import Enrolment, PasswordReset, Role, User
from webapp.db.work import AuditEvent

NEW = "staple and a battery"


def address(site: Any, name: str, course: str = "tiny") -> str:
    return f"/c/{course}/students/{site.enrolments[name]}/reset-link"


def link(site: Any, name: str = "ada", by: str = "grace") -> str:
    client = site.client(by)
    answer = client.post(address(site, name))
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    whole = str(page.split('id="once" value="')[1].split('"')[0])
    assert whole not in client.get(answer.location).text, "it is shown once"
    return whole.removeprefix(site.settings.address)


def signs_in(site: Any, name: str, password: str) -> bool:
    form = {"email": f"{name}@example.org", "password": password}
    return bool(site.client().post("/sign-in", data=form).status_code == 303)


def test_ada_sets_a_new_password_with_graces_link(site: Any) -> None:
    ada, path = site.client("ada"), link(site)
    page = site.client().get(path)
    assert page.status_code == 200 and "ada@example.org" in page.text
    answer = site.client().post(path, data={"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert ada.get("/account").status_code == 302, "all browsers are signed out"
    assert signs_in(site, "ada", NEW)
    with site.database.read() as db:
        events = db.execute(select(AuditEvent.action, AuditEvent.actor_id).order_by(AuditEvent.id)).all()
    assert events == [("reset.made", site.people["grace"]), ("reset.used", site.people["ada"])]


def test_a_link_works_once(site: Any) -> None:
    path = link(site)
    assert site.client().post(path, data={"password": NEW}).status_code == 303
    again = site.client().post(path, data={"password": "mallory was here"})
    assert again.status_code == 410 and "This link was used" in again.text
    assert site.client().get(path).status_code == 410
    assert not signs_in(site, "ada", "mallory was here")


def test_opening_a_link_does_not_use_it_up(site: Any) -> None:
    path = link(site)
    for _ in range(3):
        assert site.client().get(path).status_code == 200
    short = site.client().post(path, data={"password": "short"})
    assert short.status_code == 422 and "at least 10 signs" in short.text
    assert site.client().post(path, data={"password": NEW}).status_code == 303


def test_a_newer_link_ends_the_older(site: Any) -> None:
    older, newer = link(site), link(site)
    assert site.client().post(older, data={"password": NEW}).status_code == 410
    assert site.client().post(newer, data={"password": NEW}).status_code == 303


def test_a_link_that_is_too_old_says_so(site: Any) -> None:
    path = link(site)
    with site.database.write() as db:
        db.scalar(select(PasswordReset)).expires_at = now() - timedelta(seconds=1)
    answer = site.client().post(path, data={"password": NEW})
    assert answer.status_code == 410 and "has expired" in answer.text
    assert not signs_in(site, "ada", NEW)


def test_a_deactivated_accounts_link_is_nobodys(site: Any) -> None:
    path = link(site)
    site.change(User, site.people["ada"], is_active=False)
    assert site.client().post(path, data={"password": NEW}).status_code == 404


def test_a_guessed_link_is_unknown(site: Any) -> None:
    assert site.client().get("/reset/" + "x" * 43).status_code == 404
    assert site.client().post("/reset/%00", data={"password": NEW}).status_code == 404


def test_what_was_handed_out_is_stored_as_a_digest_only(site: Any) -> None:
    token = link(site).rpartition("/")[2]
    with site.database.read() as db:
        assert db.scalar(select(PasswordReset)).digest != token


# Whoever has the link has the account: who may make one


@pytest.mark.parametrize("name", ["bob", "lin"])
def test_students_and_assistants_make_no_links(site: Any, name: str) -> None:
    client = site.client(name)
    expected = 404 if name == "bob" else 403  # bob may not even know ada
    assert client.post(address(site, "ada")).status_code == expected
    assert client.get(address(site, "ada")).status_code == expected


@pytest.mark.parametrize("name", ["lin", "grace"])
def test_grace_makes_no_link_for_staff(site: Any, name: str) -> None:
    grace = site.client("grace")
    assert grace.post(address(site, name)).status_code == 403
    assert "Only an admin can do this" in grace.get(address(site, name)).text


def enrol(site: Any, name: str, course: str, role: Role = Role.STUDENT, **columns: Any) -> int:
    with site.database.write() as db:
        row = Enrolment(course_id=site.courses[course], user_id=site.people[name], role=role, **columns)
        db.add(row)
        db.flush()
        return int(row.id)


def test_grace_can_not_take_the_admins_account_by_enrolling_it(site: Any) -> None:
    site.enrolments["root"] = enrol(site, "root", "tiny")
    assert site.client("grace").post(address(site, "root")).status_code == 403


@pytest.mark.parametrize("is_active", [True, False])
def test_grace_can_not_take_an_account_of_another_course_by_enrolling_it(site: Any, is_active: bool) -> None:
    site.change(Enrolment, site.enrolments["mallory"], is_active=is_active)
    site.enrolments["mallory"] = enrol(site, "mallory", "tiny")
    assert site.client("grace").post(address(site, "mallory")).status_code == 403
    with site.database.read() as db:
        assert db.scalar(select(PasswordReset)) is None


def test_an_instructor_of_both_courses_may(site: Any) -> None:
    site.enrolments["mallory"] = enrol(site, "mallory", "tiny")
    enrol(site, "grace", "other", Role.INSTRUCTOR)
    assert site.client("grace").post(address(site, "mallory")).status_code == 303


def test_an_admin_makes_a_link_for_anybody(site: Any) -> None:
    path = link(site, "grace", by="root")
    assert site.client().post(path, data={"password": NEW}).status_code == 303
    assert signs_in(site, "grace", NEW)


def test_the_command_lines_link_is_on_record_without_a_person(site: Any) -> None:
    with site.database.write() as db:
        new_reset(db, site.people["ada"], None, site.settings.limits)
    with site.database.read() as db:
        assert db.scalar(select(AuditEvent.actor_id)) is None
