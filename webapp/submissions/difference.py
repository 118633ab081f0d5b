"""What changed between two submissions: the places that differ, each with a few lines around it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from grader.report.printable import one_line, printable

MOST: Final = 3000  # lines of each side; comparing costs up to their product
AROUND: Final = 3
WIDEST: Final = 400


@dataclass(frozen=True)
class Change:
    """One place: the numbers of its first lines, and rows (sign, text) with sign one of "+", "-" and " "."""

    before: int
    after: int
    rows: list[tuple[str, str]]


def changes(before: list[str], after: list[str]) -> list[Change] | None:
    """From the first to the last. None: too long to be compared on a page."""
    if max(len(before), len(after)) > MOST:
        return None
    found = []
    for group in SequenceMatcher(None, before, after).get_grouped_opcodes(AROUND):
        rows: list[tuple[str, str]] = []
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                rows += [(" ", _shown(line)) for line in before[i1:i2]]
            else:
                rows += [("-", _shown(line)) for line in before[i1:i2]]
                rows += [("+", _shown(line)) for line in after[j1:j2]]
        found.append(Change(group[0][1] + 1, group[0][3] + 1, rows))
    return found


def _shown(line: str) -> str:
    return printable(line).replace("\n", " ") if len(line) <= WIDEST else one_line(line, WIDEST)
