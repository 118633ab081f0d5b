"""`gradgym users`, as it is typed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from grader.cli.main import app
from webapp.db.people import Enrolment, User
from webapp.db.work import AuditEvent

LINK = re.compile(r"http://127\.0\.0\.1:8000(/reset/\S+)")


@pytest.fixture
def gradgym(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Type a command: `gradgym("list", status=0)` is what it printed."""
    monkeypatch.setenv("GRADGYM_DATABASE", site.settings.database)
    monkeypatch.setenv("GRADGYM_DATA", str(Path(site.settings.folder) / "data"))

    def typed(*words: str, status: int = 0, stdin: str = "") -> str:
        done = CliRunner().invoke(app, ["users", *words], input=stdin)
        assert done.exit_code == status, done.output
        return str(done.output)

    return typed


def user(site: Any, email: str) -> User | None:
    with site.database.read() as db:
        found: User | None = db.scalar(select(User).where(User.email == email))
        return found


def test_the_first_admin_sets_a_password_with_the_link(site: Any, gradgym: Any) -> None:
    said = gradgym("add", "Eve@Example.org", "--name", "Eve Adams", "--admin")
    assert "Eve Adams has an account." in said and "Eve Adams is an admin." in said
    link = LINK.search(said)
    assert link is not None
    eve = user(site, "eve@example.org")
    assert eve is not None and eve.is_admin and eve.password_hash is None
    assert site.client().post(link[1], data={"password": "a password of eve"}).status_code == 303
    form = {"email": "eve@example.org", "password": "a password of eve"}
    assert site.client().post("/sign-in", data=form).status_code == 303


def test_a_password_may_come_from_stdin(site: Any, gradgym: Any) -> None:
    said = gradgym("add", "eve@example.org", "--name", "Eve", "--password-stdin", stdin="a password of eve\n")
    assert not LINK.search(said) and "a password of eve" not in said
    form = {"email": "eve@example.org", "password": "a password of eve"}
    assert site.client().post("/sign-in", data=form).status_code == 303


def test_somebody_is_taken_into_a_course(site: Any, gradgym: Any) -> None:
    gradgym("add", "eve@example.org", "--name", "Eve", "--course", "tiny", "--role", "assistant")
    said = gradgym("add", "mallory@example.org", "--course", "tiny", "--group", "monday")
    assert "Mallory is a student in" in said and not LINK.search(said), "who has an account keeps the password"
    gradgym("add", "ada@example.org", "--course", "tiny", "--role", "instructor")
    with site.database.read() as db:
        rows = select(User.email, Enrolment.role, Enrolment.group).join(Enrolment)
        found = set(db.execute(rows.where(Enrolment.course_id == site.courses["tiny"])).all())
        events = db.execute(select(AuditEvent.action, AuditEvent.actor_id).order_by(AuditEvent.id)).all()
    assert {
        ("eve@example.org", "assistant", ""),
        ("mallory@example.org", "student", "monday"),
        ("ada@example.org", "instructor", "monday"),
    } <= found
    assert {"account.made", "enrolment.made", "enrolment.changed"} <= {action for action, _ in events}
    assert {actor for _, actor in events} == {None}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "eve@example.org"), "say who that is, with --name"),
        (("add", "nobody", "--name", "Eve"), "no email address"),
        (("add", "eve@example.org", "--name", "Eve", "--course", "dl"), "no course dl here (there is: other, tiny)"),
        (("add", "eve@example.org", "--name", "Eve", "--course", "tiny", "--role", "king"), "is no role"),
        (("add", "ada@example.org", "--password-stdin"), "has an account already"),
        (("add", "eve@example.org", "--name", "Eve", "--password-stdin"), "at least 10 signs"),
        (("reset", "eve@example.org"), "There is no account"),
        (("reset", "nobody"), "no email address"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)  # fmt: skip
def test_what_can_not_be_is_one_sentence_and_nothing_is_stored(
    site: Any, gradgym: Any, words: tuple[str, ...], sentence: str
) -> None:
    stdin = "short\n" if "eve@example.org" in words else "long enough to be one\n"
    said = gradgym(*words, status=2, stdin=stdin)
    assert sentence in said and len(said.strip().splitlines()) == 1
    assert user(site, "eve@example.org") is None


def test_a_new_password_for_who_forgot_it(site: Any, gradgym: Any) -> None:
    link = LINK.search(gradgym("reset", "ada@example.org"))
    assert link is not None
    assert site.client().post(link[1], data={"password": "staple and a battery"}).status_code == 303


def test_the_list_says_who_is_what(site: Any, gradgym: Any) -> None:
    site.change(User, site.people["bob"], is_active=False)
    lines = gradgym("list").splitlines()
    assert "ada@example.org  Ada  (tiny: student)" in lines
    assert "bob@example.org  Bob  (shut out, tiny: student)" in lines
    assert "root@example.org  Root  (admin)" in lines
    assert len(lines) == 6
