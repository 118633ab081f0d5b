"""Names in a course: which are good slugs, and which known name somebody may have meant."""

from __future__ import annotations

import difflib
import keyword
import re
import sys
from collections.abc import Iterable
from typing import Final

# Files and packages that stand beside a student's module; a module of that name would hide them.
_TAKEN: Final = (
    *("kit", "course_data", "test_public", "test_hidden", "mistakes", "conftest"),
    *("grader", "webapp", "gradgym", "torch", "numpy", "pytest"),
)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, or None when none does."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Half a message: "did you mean `x`?", or the list of what there is."""
    known = list(known)
    close = nearest(name, known)
    return f"Did you mean `{close}`?" if close else f"Choose from: {', '.join(known) or 'nothing yet'}."


def wrong_with_slug(slug: str, modules: Iterable[str] = ()) -> str | None:
    """Why `slug` can't name an exercise or unit, as the end of a sentence, or None. `modules` are taken too."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", slug):
        return "must be lower-case letters, digits and underscores, and begin with a letter"
    if keyword.iskeyword(slug):
        return "is a word of the Python language"
    if slug in sys.stdlib_module_names:
        return "is the name of a module of Python's standard library"
    if slug in _TAKEN or slug in modules:
        return "is the name of a module that students or checks import"
    return None
