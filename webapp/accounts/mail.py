"""Sending mail by SMTP, where the installation names a server; else nothing here is used."""

from __future__ import annotations

import ipaddress
import logging
import smtplib
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

from webapp.settings import Settings

LOG = logging.getLogger("gradgym.mail")
SECONDS: Final = 20.0  # for the server to answer


class MailError(Exception):
    """The server can't be used as it is set up. The message ends with the next step."""


def send(settings: Settings, to: str, subject: str, text: str) -> None:
    """Hand one message to the server. Raises MailError, OSError, smtplib.SMTPException.

    `smtp://` asks for encryption where the server offers it; `smtps://` speaks nothing else. A password never goes to
    another machine unencrypted.
    """
    where = urlsplit(settings.smtp)
    host, port = where.hostname or "localhost", where.port
    if where.scheme not in ("smtp", "smtps"):
        raise MailError("GRADGYM_SMTP has to begin with smtp:// or smtps://: mend it.")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, to, subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    context = ssl.create_default_context()
    if where.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port or 587, timeout=SECONDS)
    with server:
        server.ehlo()
        safe = where.scheme == "smtps"
        if not safe and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            safe = True
        if where.username:
            if not safe and not _is_here(host):
                raise MailError(f"{host} offers no encryption, and a password is set: use smtps:// in GRADGYM_SMTP.")
            server.login(unquote(where.username), unquote(where.password or ""))
        server.send_message(message)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Post:
    """Works after the page has been answered: how long that takes tells nobody whether there was anything to send."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="mail")

    def later(self, act: Callable[[], None]) -> None:
        """Do this when it is its turn. What goes wrong is written down."""
        self._pool.submit(_surely, act)

    def send(self, to: str, subject: str, text: str) -> None:
        send(self._settings, to, subject, text)

    def close(self) -> None:
        """Do what waits, and end."""
        self._pool.shutdown(wait=True)


def _surely(act: Callable[[], None]) -> None:
    try:
        act()
    except Exception:
        LOG.exception("mail could not be sent")
