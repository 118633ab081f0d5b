"""Where to go after signing in: only to a page of this site."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_path(text: str | None) -> str | None:
    """The path, if it stays on this site; None for anything else: other hosts, other schemes, tricks with slashes.

    Browsers read a backslash as a slash, and leave out tabs and line ends, so neither is taken.
    """
    if not text or len(text) > 2000 or not text.startswith("/") or text.startswith("//"):
        return None
    if "\\" in text or any(ord(sign) < 0x21 or ord(sign) == 0x7F for sign in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else text
