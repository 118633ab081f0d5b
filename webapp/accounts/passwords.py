"""Passwords: argon2id with the library's current parameters, and what makes one acceptable."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webapp.web.problem import Problem

SHORTEST, LONGEST = 10, 200


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash("of nobody")


def hash_password(password: str) -> str:
    return _hasher().hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Whether the password fits. Takes as long where there is no such account, so that nobody can ask for those."""
    try:
        return _hasher().verify(stored or _nobodys(), password[:LONGEST]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether it was made with weaker parameters than are used now."""
    return _hasher().check_needs_rehash(stored)


def acceptable(password: str, *, field: str = "password") -> str:
    """The password, if it can be one. Raises Problem."""
    if len(password) < SHORTEST:
        raise Problem(
            422, "short_password", f"A password has at least {SHORTEST} signs: choose a longer one.", field=field
        )
    if len(password) > LONGEST:
        raise Problem(
            422, "long_password", f"A password has at most {LONGEST} signs: choose a shorter one.", field=field
        )
    return password
