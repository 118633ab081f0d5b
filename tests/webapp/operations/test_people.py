"""Accounts of the site, as an admin finds and changes them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from webapp.db.people import PasswordReset, User
from webapp.db.work import AuditEvent


def user(site: Any, name: str) -> User:
    with site.database.read() as db:
        found: User = db.get_one(User, site.people[name])
        return found


def changes(site: Any) -> list[tuple[Any, Any]]:
    with site.database.read() as db:
        rows = select(AuditEvent.before, AuditEvent.after).where(AuditEvent.action == "account.changed")
        return [tuple(row) for row in db.execute(rows.order_by(AuditEvent.id))]


def found(site: Any, words: str) -> set[str]:
    page = site.client("root").get("/site/people", query_string={"q": words}).text
    return {name for name in site.people if f"{name}@example.org" in page}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", {"ada", "bob", "lin", "grace", "mallory", "root"}),
        ("AD", {"ada"}),
        ("a@example", {"ada"}),
        ("grace example", {"grace"}),
        ("%", set()),
        ("_", set()),
        ("\x00", {"ada", "bob", "lin", "grace", "mallory", "root"}),
        ("ada' OR '1'='1", set()),
    ],
)
def test_people_are_found_by_parts_of_name_and_address(site: Any, words: str, names: set[str]) -> None:
    assert found(site, words) == names


def test_a_page_says_what_roles_they_have(site: Any) -> None:
    page = site.client("root").get("/site/people").text
    assert "assistant in " in page and "instructor in " in page


@pytest.mark.parametrize("page", ["0", "-1", "99999999999", "x"])
def test_any_page_number_is_a_page(site: Any, page: str) -> None:
    assert site.client("root").get("/site/people", query_string={"page": page}).status_code == 200


def test_an_account_is_shut_out_at_once_and_let_in_again(site: Any) -> None:
    root, ada, header = site.client("root"), site.client("ada"), site.token("ada")
    person = site.people["ada"]
    assert root.post(f"/site/people/{person}/active", data={"value": "0"}).status_code == 303
    assert ada.get("/account").status_code == 302
    assert site.client().get("/account", headers=header).status_code == 401
    assert root.post(f"/site/people/{person}/reset-link").status_code == 409
    assert root.post(f"/site/people/{person}/active", data={"value": "1"}).status_code == 303
    assert ada.get("/account").status_code == 302, "the browser stays signed out"
    assert changes(site) == [
        ({"user": person, "is_active": True}, {"user": person, "is_active": False}),
        ({"user": person, "is_active": False}, {"user": person, "is_active": True}),
    ]


def test_an_admin_makes_another_one_and_takes_it_back(site: Any) -> None:
    root, grace, person = site.client("root"), site.client("grace"), site.people["grace"]
    root.post(f"/site/people/{person}/admin", data={"value": "1"})
    assert user(site, "grace").is_admin and grace.get("/site").status_code == 200
    root.post(f"/site/people/{person}/admin", data={"value": "0"})
    assert grace.get("/site").status_code == 403
    assert len(changes(site)) == 2


@pytest.mark.parametrize("what", ["active", "admin"])
def test_nobody_changes_their_own_so_an_admin_is_always_left(site: Any, what: str) -> None:
    root = site.client("root")
    assert root.post(f"/site/people/{site.people['root']}/{what}", data={"value": "0"}).status_code == 409
    assert user(site, "root").is_admin and user(site, "root").is_active
    page = root.get(f"/site/people/{site.people['root']}").text
    assert "Shut out" not in page and "Admin no longer" not in page


@pytest.mark.parametrize("name", ["ada", "grace", "mallory"])
def test_nobody_else_makes_admins(site: Any, name: str) -> None:
    person = site.people[name]
    assert site.client(name).post(f"/site/people/{person}/admin", data={"value": "1"}).status_code == 403
    assert not user(site, name).is_admin and not changes(site)


def test_who_is_shut_out_does_not_become_an_admin(site: Any) -> None:
    site.change(User, site.people["ada"], is_active=False)
    answer = site.client("root").post(f"/site/people/{site.people['ada']}/admin", data={"value": "1"})
    assert answer.status_code == 409 and not user(site, "ada").is_admin


def test_a_link_for_a_new_password_is_shown_once(site: Any) -> None:
    root, person = site.client("root"), site.people["ada"]
    assert root.post(f"/site/people/{person}/reset-link").status_code == 303
    other = root.get(f"/site/people/{site.people['bob']}").text
    assert "/reset/" not in other, "not on somebody else's page"
    page = root.get(f"/site/people/{person}").text
    link = page.split('id="once" value="')[1].split('"')[0]
    assert link not in root.get(f"/site/people/{person}").text
    path = link.removeprefix(site.settings.address)
    assert site.client().post(path, data={"password": "staple and a battery"}).status_code == 303
    with site.database.read() as db:
        assert db.scalar(select(PasswordReset.created_by)) == site.people["root"]


def test_nobody_is_nobody(site: Any) -> None:
    root = site.client("root")
    assert root.get("/site/people/999999").status_code == 404
    for what in ("active", "admin", "reset-link"):
        assert root.post(f"/site/people/999999/{what}", data={"value": "1"}).status_code == 404
