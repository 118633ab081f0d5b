"""A cell's statements, told apart without a parser: which lines belong together, and what stands in them.

Python's own parser knows no magics, and a stranger's code is not for this process to parse. This reads strings,
brackets and line ends, in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

# What may begin a statement that only a notebook understands: %magic, !command, ?help, x = %magic, x = !command.
_ONLY_HERE = re.compile(r"[%!?]|[\w., \[\]]+=\s*[!%]\s*\w")
_NEXT = re.compile(r"""(?P<prefix>(?i:\b(?:rb|br|fr|rf|tr|rt|[rbuft]))?)(?P<quote>\'\'\'|\"\"\"|'|")|[#()\[\]{}]""")
_INSIDE = {quote: re.compile(rf"\\.|{quote}", re.DOTALL) for quote in ("'''", '"""', "'", '"')}


class Statement(NamedTuple):
    """Lines `first` to `last` (counted from 0): one simple statement, or the head of a compound one.

    `text` is its code without comments, each string but f-strings reduced to its quotes. `only_here` says that it is
    no Python, but something that only a notebook understands.
    """

    first: int
    last: int
    indent: str
    text: str
    only_here: bool


def statements(lines: Sequence[str]) -> list[Statement]:
    """The statements in the lines of a cell. Blank lines and comments belong to none."""
    found: list[Statement] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        code = line.strip()
        if not code or code.startswith("#"):
            at += 1
            continue
        indent = line[: len(line) - len(line.lstrip())]
        if _ONLY_HERE.match(code):
            last = at
            while lines[last].endswith("\\") and last + 1 < len(lines):
                last += 1
            found.append(Statement(at, last, indent, code, True))
        else:
            last, text = _scan(lines, at)
            found.append(Statement(at, last, indent, text.strip(), text.rstrip().endswith("?")))
        at = last + 1
    return found


def _scan(lines: Sequence[str], first: int) -> tuple[int, str]:
    """Read one statement from line `first` on: its last line, and its text."""
    pieces: list[str] = []
    depth, quote, kept = 0, "", False
    number = first
    for number in range(first, len(lines)):
        line, at, comment = lines[number], 0, False
        while at < len(line) and not comment:
            if quote:
                end, closed = _through(line, at, quote)
                pieces.append(line[at:end] if kept else quote if closed else "")
                at, quote = end, "" if closed else quote
                continue
            found = _NEXT.search(line, at)
            if found is None:
                pieces.append(line[at:])
                break
            pieces.append(line[at : found.start()])
            at, sign = found.end(), found[0]
            comment = sign == "#"
            if found["quote"]:
                quote, kept = found["quote"], "f" in found["prefix"].lower()
            elif not comment:
                depth = max(0, depth + (1 if sign in "([{" else -1))
            pieces.append("" if comment else sign)
        continued = line.endswith("\\") and not comment
        if len(quote) == 1 and not continued:
            quote = ""  # a string that was left open ends with its line
        if not (quote or depth or continued):
            break
        pieces.append("\n")
    return number, "".join(pieces)


def _through(line: str, at: int, quote: str) -> tuple[int, bool]:
    """Where a string that is open at `at` ends in this line, and whether it does."""
    for found in _INSIDE[quote].finditer(line, at):
        if found[0] == quote:
            return found.end(), True
    return len(line), False
