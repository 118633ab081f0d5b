"""Mail to servers that encrypt, ask for a password, or can't prove who they are."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword

from webapp.accounts.mail import send
from webapp.settings import Settings

ADA, PASSWORD = "ada%40example.org", "staple%20%26%20battery"  # as an address holds them
KINDS = ("smtp", "smtps")


@pytest.fixture
def entered() -> list[bytes]:
    """Who has signed in."""
    return []


@pytest.fixture
def opened(
    letterboxes: Callable[..., Any], entered: list[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Any]:
    """`opened("smtps", name="127.0.0.1")`: a server with a certificate for this name, of somebody who is trusted."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "trusted.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))

    def may_enter(server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword) -> AuthResult:
        right = given == LoginPassword(b"ada@example.org", b"staple & battery")
        if right:
            entered.append(given.login)
        return AuthResult(success=right, handled=False)

    def start(kind: str, name: str = "127.0.0.1") -> Any:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(name).configure_cert(context)
        if kind == "smtps":  # (aiosmtpd doesn't know that it is encrypted then)
            return letterboxes(ssl_context=context, authenticator=may_enter, auth_require_tls=False)
        return letterboxes(tls_context=context, require_starttls=True, authenticator=may_enter, auth_required=True)

    return start


def write(folder: Path, kind: str, port: int, password: str = PASSWORD) -> None:
    address = f"{kind}://{ADA}:{password}@127.0.0.1:{port}"
    settings = Settings(folder=folder, database="sqlite://", secret="s", smtp=address, mail_from="us@example.org")
    send(settings, "bob@example.org", "A link", "Hello Bob,\n")


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_goes_out_encrypted_and_after_signing_in(
    opened: Any, entered: list[bytes], tmp_path: Path, kind: str
) -> None:
    server = opened(kind)
    write(tmp_path, kind, server.port)
    (letter,) = server.letters
    assert (letter["To"], letter["Subject"]) == ("bob@example.org", "A link")
    assert letter.get_content().splitlines() == ["Hello Bob,"]
    assert entered == [b"ada@example.org"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_with_the_certificate_of_another_gets_nothing(
    opened: Any, entered: list[bytes], tmp_path: Path, kind: str
) -> None:
    server = opened(kind, name="mail.example.org")
    with pytest.raises(ssl.SSLCertVerificationError):
        write(tmp_path, kind, server.port)
    assert not server.letters and not entered


def test_a_server_of_nobody_who_is_trusted_gets_nothing(
    opened: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = opened("smtps")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ssl.SSLCertVerificationError):
        write(tmp_path, "smtps", server.port)
    assert not server.letters


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_password_is_said(opened: Any, entered: list[bytes], tmp_path: Path, kind: str) -> None:
    server = opened(kind)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        write(tmp_path, kind, server.port, password="guessed")
    assert not server.letters and not entered
