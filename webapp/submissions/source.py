"""What a student sent, to be looked at: a Python file is one piece, a notebook a piece for each of its code cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

from grader.notebooks.reading import NotebookError, read_notebook
from grader.report.model import Report, Where
from webapp.submissions.highlight import LONGEST, lines_of, split

AROUND: Final = 3  # lines before and after the one that is meant
MOST: Final = 6000  # lines that a page shows


@dataclass(frozen=True)
class Piece:
    """Lines to show. `start` is the number of the first; `marked` are numbers of lines, `cell` 0 in a Python file."""

    name: str
    lines: list[Markup]
    start: int = 1
    marked: list[int] = field(default_factory=list)
    cell: int = 0
    left_out: int = 0


def is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def text_of(name: str, content: bytes) -> str:
    """The code as one text: of a notebook its code cells, each below a line that names it."""
    if not is_notebook(name):
        return content.decode("utf-8-sig", "replace")
    try:
        cells = read_notebook(content).code
    except NotebookError:
        return content.decode("utf-8", "replace")
    return "\n\n".join(f"# cell {cell.number}\n{cell.source}" for cell in cells)


def pieces_of(name: str, content: bytes, marked: Iterable[Where] = ()) -> list[Piece]:
    """The submission with the lines marked that a report speaks of; at most MOST lines in all, the first in colour."""
    wheres = list(marked)
    texts = [(0, content.decode("utf-8-sig", "replace"))]
    if is_notebook(name):
        try:
            texts = [(cell.number, cell.source) for cell in read_notebook(content).code]
        except NotebookError:
            pass  # shown as the text that it is
    found: list[Piece] = []
    lines_left, letters_left = MOST, LONGEST
    for cell, text in texts:
        lines = lines_of(text, most=lines_left, colours=len(text) <= letters_left)
        numbers = sorted({where.line for where in wheres if where.cell == cell and 0 < where.line <= len(lines)})
        title = f"{name}, cell {cell}" if cell else name
        found.append(Piece(title, lines, marked=numbers, cell=cell, left_out=len(split(text)) - len(lines)))
        lines_left, letters_left = lines_left - len(lines), letters_left - len(text)
        if lines_left <= 0:
            break
    return found


def excerpt(pieces: list[Piece], where: Where | None) -> Piece | None:
    """The lines around a place; None where the place is not in what was sent."""
    if where is None:
        return None
    for piece in pieces:
        if piece.cell == where.cell and 0 < where.line <= len(piece.lines):
            first = max(1, where.line - AROUND)
            lines = piece.lines[first - 1 : where.line + AROUND]
            return Piece(piece.name, lines, first, [where.line], piece.cell)
    return None


def places(report: Report | None) -> list[Where]:
    """Every place in the student's file that a report names."""
    if report is None:
        return []
    every = [report.where, *(check.where for check in report.checks)]
    return [where for where in every if where is not None]


def plain_lines(name: str, content: bytes) -> list[str]:
    return split(text_of(name, content))
