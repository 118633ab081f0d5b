"""Code as coloured HTML, with Pygments' short classes; what is too long for that stays plain."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from grader.report.printable import printable

LONGEST: Final = 64 << 10  # letters; beyond it colours would cost more than they help


def coloured(text: str, language: str = "python") -> Markup:
    """The text of a piece of code, escaped, and coloured where the language is known."""
    if len(text) > LONGEST:
        return escape(text)
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(text)
    return Markup(highlight(text, lexer, HtmlFormatter(nowrap=True)))


def lines_of(text: str, *, most: int | None = None, colours: bool = True) -> list[Markup]:
    """The lines of a student's Python (the first `most`), as their editor counts them, printable and coloured."""
    plain = [printable(line).replace("\n", " ") for line in split(text)[:most]]
    if colours:
        lines = split(str(coloured("\n".join(plain))))
        if len(lines) == len(plain):
            return [Markup(line) for line in lines]
    return [escape(line) for line in plain]


def split(text: str) -> list[str]:
    """Lines as Python counts them: only these three ends end one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines
