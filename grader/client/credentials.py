"""Which server this person uses, and the token for it: from the environment, the system's keyring, or a file.

`GRADGYM_URL` and `GRADGYM_TOKEN` come first. `login` keeps the address in a file that only its owner can read, and the
token in the keyring where there is one that works, else in that file.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from grader.client.address import server_address
from grader.client.errors import ClientError

URL: Final = "GRADGYM_URL"
TOKEN: Final = "GRADGYM_TOKEN"
_SERVICE: Final = "gradgym"


@dataclass(frozen=True)
class Credentials:
    """A server and the token for it. `insecure`: plain http to another machine is wanted."""

    url: str
    token: str = field(repr=False)
    insecure: bool = False


def find(*, insecure: bool = False, environ: Mapping[str, str] | None = None) -> Credentials:
    """The credentials to use now. Raises ClientError where there are none."""
    known = os.environ if environ is None else environ
    kept = _read()
    insecure = insecure or bool(kept.get("insecure"))
    url, token = known.get(URL, ""), known.get(TOKEN, "")
    kept_url = str(kept.get("url", ""))
    if not url and not kept_url:
        raise ClientError("You are not signed in to a server: do `gradgym login URL`.")
    address = server_address(url or kept_url, insecure=insecure)
    if token:
        return Credentials(address, token.strip(), insecure)
    if address != kept_url:
        raise ClientError(f"{URL} names {address}, and your token is for another server: do `gradgym login {address}`.")
    token = str(kept.get("token", "")) or _from_keyring(kept_url)
    if not token:
        raise ClientError(f"There is no token for {kept_url} any more: do `gradgym login {kept_url}`.")
    return Credentials(kept_url, token, insecure)


def keep(credentials: Credentials) -> str:
    """Keep them for later calls. Answers where the token is, in words. Raises ClientError."""
    forget()
    in_keyring = _to_keyring(credentials.url, credentials.token)
    data: dict[str, Any] = {"url": credentials.url, "insecure": credentials.insecure}
    if not in_keyring:
        data["token"] = credentials.token
    path = place()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".server")  # readable by its owner alone
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(data, file)
        os.replace(name, path)
    except OSError as error:
        raise ClientError(
            f"{path} can't be written ({error.strerror}): make room for it, or set {URL} and {TOKEN}."
        ) from error
    return "your system's keyring" if in_keyring else f"{path}, which only you can read"


def forget() -> bool:
    """Forget what `keep` kept. Answers whether there was something."""
    kept = _read()
    if kept.get("url"):
        _forget_in_keyring(str(kept["url"]))
    try:
        place().unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise ClientError(f"{place()} can't be deleted ({error.strerror}): delete it yourself.") from error
    return True


def place() -> Path:
    """The file in which the address is kept, and the token where no keyring works."""
    import platformdirs

    return platformdirs.user_config_path("gradgym", appauthor=False) / "server.json"


def _read() -> dict[str, Any]:
    """What the file holds; nothing where it can't be read, which `login` mends."""
    try:
        data = json.loads(place().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _keyring() -> Any:
    """The keyring module, if it is installed and has a place to keep things; else None."""
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        return None
    with suppress(Exception):  # a keyring that is broken in its own way is none
        if not isinstance(keyring.get_keyring(), (fail.Keyring, null.Keyring)):
            return keyring
    return None


def _to_keyring(url: str, token: str) -> bool:
    if (found := _keyring()) is not None:
        with suppress(Exception):  # locked, or its program is away: the file will do
            found.set_password(_SERVICE, url, token)
            return bool(found.get_password(_SERVICE, url) == token)
    return False


def _from_keyring(url: str) -> str:
    if (found := _keyring()) is not None:
        with suppress(Exception):
            return found.get_password(_SERVICE, url) or ""
    return ""


def _forget_in_keyring(url: str) -> None:
    if (found := _keyring()) is not None:
        with suppress(Exception):  # it was not there
            found.delete_password(_SERVICE, url)
