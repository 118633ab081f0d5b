"""What an installation decides: where its data lies, which database, its limits. Read from the environment once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

PREFIX: Final = "GRADGYM_"


class SettingsError(Exception):
    """A setting that can't be used. The message names it and ends with the next step."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one person may ask for, and for how long things last."""

    submissions_a_minute: int = 6  # of one student, over all exercises
    sign_ins: int = 8  # failed tries for one account, and five times as many from one address, within the next line
    sign_in_window: timedelta = timedelta(minutes=10)
    session: timedelta = timedelta(days=14)  # since it was last used
    reset: timedelta = timedelta(hours=24)
    lease: timedelta = timedelta(seconds=30)  # of a worker on a grading; the heartbeat is a sixth of it
    tries: int = 3  # of one grading, before an operator has to look
    losses: int = 12  # how often a worker may end while it holds one grading, before that is taken for its fault
    streams: int = 48  # pages of one server process that follow a grading at a time; more of them ask again instead


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One installation.

    folder: where everything of it lies that is not in the database. database: an SQLAlchemy address, SQLite in
    `folder` unless said otherwise. secret: signs cookies and seeds hidden checks. address: how people reach the server.
    secure: cookies go over https only.
    """

    folder: Path
    database: str
    secret: str = field(repr=False)
    address: str = "http://127.0.0.1:8000"
    secure: bool = False
    proxies: int = 0  # reverse proxies in front whose X-Forwarded-* headers are believed
    smtp: str = field(default="", repr=False)  # smtp://user:password@host:port; none: links are handed out by hand
    mail_from: str = "gradgym@localhost"
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = field(default="", repr=False)
    oidc_trust_email: bool = False  # of a provider that doesn't say whether it checks addresses: it does
    limits: Limits = Limits()


def load_settings(folder: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the installation in `folder` (or GRADGYM_DATA, or ./gradgym-data); makes folder and secret.

    Raises SettingsError.
    """
    known = os.environ if environ is None else environ
    folder = (folder or Path(known.get(f"{PREFIX}DATA") or "gradgym-data")).absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = known.get(f"{PREFIX}SECRET") or _secret_in(folder)
    except OSError as error:
        raise SettingsError(
            f"The data folder {folder} can't be used ({error.strerror}): name another one with --data or {PREFIX}DATA."
        ) from error
    address = known.get(f"{PREFIX}ADDRESS", Settings.address).rstrip("/")
    return Settings(
        folder=folder,
        database=known.get(f"{PREFIX}DATABASE") or f"sqlite:///{folder / 'gradgym.db'}",
        secret=secret,
        address=address,
        secure=address.startswith("https://"),
        proxies=_whole(known, "PROXIES"),
        smtp=known.get(f"{PREFIX}SMTP", ""),
        mail_from=known.get(f"{PREFIX}MAIL_FROM", Settings.mail_from),
        oidc_issuer=known.get(f"{PREFIX}OIDC_ISSUER", ""),
        oidc_client=known.get(f"{PREFIX}OIDC_CLIENT", ""),
        oidc_secret=known.get(f"{PREFIX}OIDC_SECRET", ""),
        oidc_trust_email=_whole(known, "OIDC_TRUST_EMAIL") == 1,
    )


def _secret_in(folder: Path) -> str:
    """The installation's secret, made at first use. Processes that start together agree on one."""
    path, mine = folder / "secret", folder / f".secret-{os.getpid()}"
    if not path.exists():
        with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as new:
            new.write(secrets.token_urlsafe(32))
        try:
            os.link(mine, path)  # whole, or not at all
        except FileExistsError:
            pass  # another process was first
        finally:
            mine.unlink()
    secret = path.read_text("ascii").strip()
    if not secret:
        raise SettingsError(f"{path} is empty: delete it, and the next start makes a new one (people sign in again).")
    return secret


def _whole(known: Mapping[str, str], name: str) -> int:
    text = known.get(f"{PREFIX}{name}", "0") or "0"
    if not text.isdecimal():
        raise SettingsError(f"{PREFIX}{name} is {text!r}, and has to be a whole number: mend it or leave it out.")
    return int(text)
