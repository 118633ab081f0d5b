"""What only a notebook understands, taken out of a cell: magics, shell lines, help, top-level await, display.

The lines stay as many as they were, so that a line of what is left is the line of the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from grader.notebooks.reading import Cell
from grader.notebooks.statements import Statement, statements

_RUNS_ITS_BODY: Final = {"time", "capture", "prun"}
_WRITES_ITS_BODY: Final = {"writefile", "file"}
_TIMED = re.compile(r"%time\s+(?=\S)")
_NOTEBOOK_CALL = re.compile(r"(?:get_ipython\s*\(|display(?:_html|_markdown)?\s*\()")
_INSTALLER = re.compile(r"(?:pip|conda|mamba)\s+[a-z]")
_AWAIT = re.compile(r"\bawait\b")
_FUNCTION = re.compile(r"(?:async\s+)?def\b")


class LeftOut(NamedTuple):
    """A line of a cell (counted from 1) that was taken out, as it stood there, and whether for a top-level await."""

    line: int
    source: str
    awaits: bool = False


@dataclass(frozen=True)
class Plain:
    """A cell as plain Python: its lines, their statements, and what was taken out of them."""

    lines: tuple[str, ...]
    statements: tuple[Statement, ...]
    left_out: tuple[LeftOut, ...]


def plain(cell: Cell, module: str) -> Plain:
    """The cell without what only a notebook understands. `module` is the file's name that the answer would have."""
    lines = cell.source.split("\n")
    left_out: list[LeftOut] = []
    for at in _cell_magics(lines):
        name, _, rest = lines[at].strip()[2:].partition(" ")
        if name not in _RUNS_ITS_BODY and not (name in _WRITES_ITS_BODY and rest.split()[-1:] == [module]):
            return Plain(("",) * len(lines), (), (LeftOut(at + 1, lines[at].strip()),))
        lines[at] = ""
    kept = []
    inside: list[int] = []  # how far the functions around this statement are indented
    for statement in statements(lines):
        depth = len(statement.indent.expandtabs(8))
        while inside and depth <= inside[-1]:
            inside.pop()
        if _FUNCTION.match(statement.text):
            inside.append(depth)
        why = _no_python(statement, in_function=bool(inside))
        if why is None:
            kept.append(statement)
        elif timed := _TIMED.match(statement.text):
            rest = statement.text[timed.end() :]
            lines[statement.first] = statement.indent + rest
            kept.append(statement._replace(text=rest, only_here=False))
        else:
            left_out.append(LeftOut(statement.first + 1, lines[statement.first].strip(), why == "await"))
            lines[statement.first : statement.last + 1] = [""] * (statement.last + 1 - statement.first)
            if statement.indent:
                lines[statement.first] = f"{statement.indent}pass"
    return Plain(tuple(lines), tuple(kept), tuple(left_out))


def _cell_magics(lines: list[str]) -> Iterator[int]:
    """The lines at the top that begin with %%."""
    for at, line in enumerate(lines):
        if line.startswith("%%"):
            yield at
        elif line.strip():
            return


def _no_python(statement: Statement, *, in_function: bool) -> str | None:
    """Why a statement can't stand in a file: "magic", "await"; None when it can."""
    if statement.only_here or (_INSTALLER.match(statement.text) and "=" not in statement.text.split()[1]):
        return "magic"
    if in_function:
        return None
    if _NOTEBOOK_CALL.match(statement.text):
        return "magic"
    if _AWAIT.search(statement.text) and not statement.text.endswith(":"):
        return "await"
    return None
