"""The address of a server: https, unless it is this very machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit, urlunsplit

from grader.client.errors import ClientError


def server_address(text: str, *, insecure: bool = False) -> str:
    """The address in its plain form, without a slash at the end. Raises ClientError for one that can't be used.

    Without a scheme, https is meant, or http on this machine. `insecure`: plain http to another machine is wanted.
    """
    text = text.strip()
    if "://" not in text:
        text = f"{'http' if _is_here(urlsplit(f'//{text}').hostname) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ClientError(f"{_shown(text)} is no address: {_EXAMPLE}") from error
    if (
        parts.scheme not in ("http", "https")
        or not host
        or any(sign.isspace() or not sign.isprintable() for sign in text)
    ):
        raise ClientError(f"{_shown(text)} is no address of a server: {_EXAMPLE}")
    if parts.username is not None or parts.password is not None:
        raise ClientError(f"An address holds neither name nor password: {_EXAMPLE}")
    if parts.query or parts.fragment:
        raise ClientError(f"{_shown(text)} has more than an address: {_EXAMPLE}")
    if parts.scheme == "http" and not insecure and not _is_here(host):
        raise ClientError(
            f"{_shown(text)} is not encrypted, so anybody on the way could read your password and token: use https, or "
            "add --insecure if you know that the network is yours alone."
        )
    named = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{named}:{port}" if port else named, parts.path.rstrip("/"), "", ""))


_EXAMPLE = "write it like https://grades.example.org."


def _is_here(host: str | None) -> bool:
    """Whether what is sent there never leaves this machine."""
    if host is None or host == "localhost":
        return host is not None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:100]
