"""A report on a notebook's code, in the words of the notebook: file and line become cell and line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from grader.notebooks.code import Code
from grader.report.model import CheckResult, Report, Verdict, Where
from grader.report.outcome import Outcome

_LINE = re.compile(r"\b([Ll]ine) (\d{1,9})\b")
_FOLDER = "/submission/"  # where a guest says that a student's file lies, in warnings and tracebacks

Part = TypeVar("Part", CheckResult, Outcome)


def in_cells(report: Report, code: Code) -> Report:
    """The report with the places of the notebook, and with notes on what was left out of it."""
    # A whole submission that was refused says why in words that name lines; an exception's own words are left alone.
    refused = bool(report.message and report.checks) and all(
        check.rationale == report.message for check in report.checks
    )
    unread = () if report.verdict is Verdict.PASSED else code.unread
    message = _words(report.message, code, lines=refused)
    return msgspec.structs.replace(
        report,
        message=message,
        where=_where(report.where, code),
        checks=tuple(_part(check, code, lines=refused) for check in report.checks),
        stdout=_printed(report.stdout, code),
        stderr=_printed(report.stderr, code),
        notes=(*report.notes, *code.notes, *unread),
    )


def outcomes_in_cells(code: Code, hear: Callable[..., None]) -> Callable[..., None]:
    """A listener for the outcomes of checks, which hears of cells."""
    return lambda check, outcome: hear(check, _part(outcome, code, lines=False))


def _part(part: Part, code: Code, *, lines: bool) -> Part:
    return msgspec.structs.replace(
        part, rationale=_words(part.rationale, code, lines=lines), where=_where(part.where, code)
    )


def _where(where: Where | None, code: Code) -> Where | None:
    if where is None or where.file != code.module:
        return where
    cell, line = code.place(where.line)
    if cell.name:
        return msgspec.structs.replace(where, file=cell.name, line=line)
    return msgspec.structs.replace(where, file=code.file, cell=cell.number, line=line)


def _words(text: str, code: Code, *, lines: bool) -> str:
    if text.startswith(f"{code.module} "):  # "adam.py doesn't define ..."
        text = code.file + text.removeprefix(code.module)
    return _LINE.sub(lambda found: _line_in_words(found, code), text) if lines else text


def _line_in_words(found: re.Match[str], code: Code) -> str:
    cell, line = code.place(int(found[2]))
    return f"{found[1]} {line} of {cell.called}"


def _printed(text: str, code: Code) -> str:
    """What was printed, with cells in the places that Python itself prints."""
    module = re.escape(_FOLDER + code.module)
    return re.sub(
        rf'(?:File "{module}", line (\d{{1,9}})|{module}:(\d{{1,9}})(?=:))', lambda found: _at(found, code), text
    )


def _at(found: re.Match[str], code: Code) -> str:
    cell, line = code.place(int(found[1] or found[2]))
    return f"{cell.name or f'{code.file}, cell {cell.number}'}, line {line}"
