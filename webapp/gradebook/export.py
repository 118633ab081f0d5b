"""The gradebook as a file: CSV and Excel. What people wrote comes out as text, never as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory
from typing import Any, Final

import xlsxwriter

from grader.report.model import plain_points
from webapp.gradebook.table import Row, Table
from webapp.gradebook.totals import hundredths

BOM: Final = "\ufeff"  # by which Excel knows UTF-8
_FORMULA: Final = re.compile(r"[\s\x00-\x1f\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_PART: Final = 200  # students in one piece of the answer


def as_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula: with ' before it where it begins like one."""
    return f"'{text}" if _FORMULA.match(text) else text


def heads(table: Table) -> list[str]:
    return [
        "name",
        "email",
        "group",
        *(column.slug for column in table.columns),
        "total points",
        "out of",
        "share %",
    ]


def values(row: Row, assignments: Sequence[int]) -> list[Any]:
    """One student's line: three texts, then numbers; None where nothing counts. A missing exercise is 0."""
    total, points, due = row.total, row.points, row.due
    assert total is not None
    found: list[Any] = [row.name, row.email, row.group]
    for assignment in assignments:
        if assignment in points:
            earned = points[assignment]
            found.append(None if earned is None else plain_points(earned))
        else:
            found.append(0 if assignment in due else None)
    share = hundredths(total.share)
    return [
        *found,
        plain_points(total.points),
        plain_points(total.out_of),
        None if share is None else (share // 100 if share % 100 == 0 else share / 100),
    ]


def as_csv(table: Table) -> Iterator[str]:
    """The file in pieces, so that a large class is never whole in memory."""
    assignments = [column.assignment for column in table.columns]
    buffer = io.StringIO()
    write = csv.writer(buffer).writerow
    buffer.write(BOM)
    write([as_text(head) for head in heads(table)])
    for start in range(0, len(table.rows) or 1, _PART):
        for row in table.rows[start : start + _PART]:
            name, email, group, *numbers = values(row, assignments)
            write([as_text(name), as_text(email), as_text(group), *numbers])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def as_xlsx(table: Table, title: str) -> bytes:
    """One sheet: texts are stored as texts (and marked so that editing them makes no formula), numbers as numbers."""
    with TemporaryDirectory(prefix="gradgym-export-") as folder:
        path = f"{folder}/gradebook.xlsx"
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(path, options) as book:
            book.set_properties({"title": title})
            sheet = book.add_worksheet("Gradebook")
            bold, quoted = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, 1, 26)
            for column, head in enumerate(heads(table)):
                sheet.write_string(0, column, head, bold)
            assignments = [one.assignment for one in table.columns]
            for number, row in enumerate(table.rows, 1):
                for column, value in enumerate(values(row, assignments)):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value, quoted if _FORMULA.match(value) else None)
                    elif value is not None:
                        sheet.write_number(number, column, value)
        with open(path, "rb") as file:
            return file.read()
