"""Links by mail, where the installation has a mail server; and that asking for one tells nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from webapp.accounts.mail import MailError, Post, send
from webapp.db.people import PasswordReset, User
from webapp.settings import Settings

ADA = {"email": " Ada@example.org "}


def sent(site: Any) -> None:
    """Wait until the mail is out."""
    site.app.extensions["post"].close()
    del site.app.extensions["post"]


def test_ada_gets_a_link_and_sets_a_new_password(remade: Any, letterbox: Any) -> None:
    site = remade(smtp=letterbox.address, mail_from="gradgym@example.org")
    client = site.client()
    assert 'href="/forgot"' in client.get("/sign-in").text
    answer = client.post("/forgot", data=ADA)
    assert (answer.status_code, answer.location) == (303, "/forgot/sent")
    assert "If there is an account with that address" in client.get("/forgot/sent").text
    sent(site)
    (letter,) = letterbox.letters
    assert (letter["To"], letter["From"]) == ("ada@example.org", "gradgym@example.org")
    text = letter.get_content()
    link = re.search(re.escape(site.settings.address) + r"(/reset/\S+)", text)
    assert link is not None and text.startswith("Hello Ada,")
    assert client.post(link[1], data={"password": "staple and a battery"}).status_code == 303
    assert client.post(link[1], data={"password": "staple and a battery"}).status_code == 410


def test_whether_there_is_an_account_does_not_show(remade: Any, letterbox: Any) -> None:
    site = remade(smtp=letterbox.address)
    site.change(User, site.people["bob"], is_active=False)
    answers = [site.client().post("/forgot", data={"email": f"{name}@example.org"}) for name in ("ada", "eve", "bob")]
    assert len({(one.status_code, one.location, one.text) for one in answers}) == 1
    sent(site)
    assert [letter["To"] for letter in letterbox.letters] == ["ada@example.org"]


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_nobody_is_flooded_with_links(remade: Any, letterbox: Any, email: str) -> None:
    site = remade(smtp=letterbox.address)
    most = site.settings.limits.sign_ins
    answers = [site.client().post("/forgot", data={"email": email}).status_code for _ in range(most + 1)]
    assert answers == [303] * most + [429]
    assert site.client().post("/sign-in", data={"email": email, "password": "x"}).status_code == 422


def test_what_is_no_address_is_said(remade: Any, letterbox: Any) -> None:
    site = remade(smtp=letterbox.address)
    answer = site.client().post("/forgot", data={"email": "ada@example.org\r\nBcc: eve@example.org"})
    assert answer.status_code == 422 and "That is no email address" in answer.text


@pytest.mark.parametrize("refuses", [True, False])
def test_a_mail_server_that_is_away_is_written_down_and_nobody_notices(
    remade: Any, letterbox: Any, caplog: pytest.LogCaptureFixture, refuses: bool
) -> None:
    letterbox.refuses = refuses
    site = remade(smtp=letterbox.address if refuses else "smtp://127.0.0.1:1")
    assert site.client().post("/forgot", data=ADA).status_code == 303
    sent(site)
    assert "mail could not be sent" in caplog.text and not letterbox.letters


def test_without_a_mail_server_nothing_is_offered(site: Any) -> None:
    client = site.client()
    assert "/forgot" not in client.get("/sign-in").text
    assert client.get("/forgot").status_code == 404
    assert client.post("/forgot", data=ADA).status_code == 404
    assert client.get("/forgot/sent").status_code == 404
    with site.database.read() as db:
        assert db.scalar(select(PasswordReset)) is None


def test_a_name_can_not_write_headers(remade: Any, letterbox: Any) -> None:
    site = remade(smtp=letterbox.address)
    site.change(User, site.people["ada"], name="Ada\r\nBcc: eve@example.org")
    site.client().post("/forgot", data=ADA)
    sent(site)
    (letter,) = letterbox.letters
    assert letter["Bcc"] is None and set(letter.keys()) >= {"Date", "Message-ID", "Auto-Submitted"}


def settings(tmp_path: Any, smtp: str) -> Settings:
    return Settings(folder=tmp_path, database="sqlite://", secret="s", smtp=smtp)


def test_a_password_never_leaves_this_machine_unencrypted(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    class Server:
        def __init__(self, host: str, port: int, timeout: float) -> None:
            said.append(f"{host}:{port}")

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None:
            said.append("quit")

        def ehlo(self) -> None: ...

        def has_extn(self, name: str) -> bool:
            return False

        def login(self, user: str, password: str) -> None:
            said.append("login")

    monkeypatch.setattr("smtplib.SMTP", Server)
    with pytest.raises(MailError, match="offers no encryption"):
        send(settings(tmp_path, "smtp://ada:secret@mail.example.org:25"), "ada@example.org", "s", "t")
    assert said == ["mail.example.org:25", "quit"]


def test_an_address_of_another_kind_is_named(tmp_path: Any) -> None:
    with pytest.raises(MailError, match="smtp:// or smtps://"):
        send(settings(tmp_path, "https://mail.example.org"), "ada@example.org", "s", "t")


def test_what_waits_is_sent_before_the_end(tmp_path: Any) -> None:
    done: list[int] = []
    post = Post(settings(tmp_path, "smtp://127.0.0.1"))
    for number in range(20):
        post.later(lambda number=number: done.append(number))  # type: ignore[misc]
    post.close()
    assert done == list(range(20))


def test_a_link_by_mail_holds_as_long_as_another(remade: Any, letterbox: Any) -> None:
    site = remade(smtp=letterbox.address)
    site.client().post("/forgot", data=ADA)
    sent(site)
    with site.database.read() as db:
        row = db.scalar(select(PasswordReset))
    assert row.created_by is None
    assert abs(row.expires_at - row.created_at - site.settings.limits.reset) < timedelta(minutes=1)
