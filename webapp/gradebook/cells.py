"""How the gradebook's cells look: a number, a sign and a tone, so that nothing is said by colour alone.

Thousands of them make a page, so they are put together here and not in a template. Nothing in them comes from people:
numbers and fixed words only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup, escape

from grader.report.model import plain_points
from webapp.gradebook.table import Cell, Column, Row

LEGEND: Final = (
    ("good", "✓", "all points"),
    ("warn", "◐", "a part of them"),
    ("bad", "✗", "no points"),
    ("bad", "–", "missing: the deadline has passed"),
    ("note", "…", "waiting to be graded"),
    ("ours", "~", "could not be graded through a fault of ours: no zero"),
    ("", "L", "late"),
    ("", "*", "set by an override"),
)


def look(cell: Cell | None, most: int, is_due: bool) -> tuple[str, str]:
    """(tone, text) of one cell; "" where nothing was sent and nothing is due."""
    if cell is None:
        return ("bad", "–") if is_due else ("", "")
    if cell.points is None:
        return ("note", "…") if cell.is_waiting else ("ours", "~")
    tone, sign = ("good", "✓") if cell.points >= most else ("warn", "◐") if cell.points else ("bad", "✗")
    flags = ("L" if cell.days_late else "") + ("*" if cell.is_overridden else "") + ("…" if cell.is_waiting else "")
    return tone, f"{plain_points(cell.points)} {sign}{' ' + flags if flags else ''}"


def row_cells(row: Row, columns: Sequence[Column]) -> Markup:
    """The cells of one student. Links are relative to the gradebook's address."""
    parts = []
    cells, due, student = row.cells, row.due, f"students/{row.enrolment}"
    for column in columns:
        cell = cells.get(column.assignment)
        tone, text = look(cell, column.max, column.assignment in due)
        if not text:
            parts.append("<td></td>")
            continue
        href = f"s/{cell.submission}" if cell and cell.submission else student
        parts.append(f'<td class="{tone}"><a href="{href}">{text}</a></td>')
    return Markup("".join(parts))


def unit_cells(row: Row, units: Sequence[tuple[str, str, Sequence[Column]]]) -> Markup:
    """One cell a unit, folded: points of how many, and how many are missing, waiting or late."""
    parts = []
    for folder, _, columns in units:
        found = [(column, row.cells.get(column.assignment)) for column in columns]
        missing = sum(cell is None and column.assignment in row.due for column, cell in found)
        have = [(cell, column) for column, cell in found if cell is not None and cell.points is not None]
        waiting = sum(cell is not None and cell.is_waiting for _, cell in found)
        late = sum(cell.days_late > 0 for cell, _ in have)
        if not have and not missing and not waiting:
            parts.append("<td></td>")
            continue
        earned = sum(cell.points or 0 for cell, _ in have)
        most = sum(column.max for _, column in have) + sum(
            column.max for column, cell in found if cell is None and column.assignment in row.due
        )
        tone = "good" if earned == most else "bad" if not earned else "warn"
        sign = {"good": "✓", "bad": "✗", "warn": "◐"}[tone]
        flags = [f"{count} {flag}" for count, flag in ((missing, "–"), (waiting, "…"), (late, "L")) if count]
        said = f" <small>{' '.join(flags)}</small>" if flags else ""
        text = f"{plain_points(earned)}/{plain_points(most)} {sign}{said}"
        parts.append(f'<td class="{tone}"><a href="students/{row.enrolment}#{escape(folder)}">{text}</a></td>')
    return Markup("".join(parts))


def by_unit(columns: Sequence[Column]) -> list[tuple[str, str, list[Column]]]:
    """(folder, title, its columns), in the order of the course."""
    found: dict[str, tuple[str, str, list[Column]]] = {}
    for column in columns:
        found.setdefault(column.unit, (column.unit, column.unit_title, []))[2].append(column)
    return list(found.values())
