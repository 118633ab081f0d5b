"""Email addresses as they are stored: in lower case, and plausible."""

from __future__ import annotations

import re
from typing import Final

from webapp.web.problem import Problem

# Who has an account shows that the address works; this only catches slips, and what no header or row may hold.
_PLAUSIBLE: Final = re.compile(r"[^@\s\x00-\x1f\x7f<>\",;]+@[^@\s\x00-\x1f\x7f<>\",;]+")
LONGEST: Final = 254


def normal_email(text: str) -> str:
    """The address as accounts have it. Raises Problem (422, field "email")."""
    email = text.strip().lower()
    if len(email) > LONGEST or not _PLAUSIBLE.fullmatch(email):
        raise Problem(422, "bad_email", "That is no email address: write it like ada@example.org.", field="email")
    return email
