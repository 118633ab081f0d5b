"""One check in a terminal report: symbol, title, points, and below a failed one what there is to know about it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.report.causes import Cause, cause_of, own_hint
from grader.report.differences import rows
from grader.report.ink import Ink
from grader.report.model import CheckResult, Difference, Verdict, Where
from grader.report.words import place, points, sentence_below, why

ROOM = 22  # columns that symbol, points and gaps may take beside the title


def check_lines(check: CheckResult, ink: Ink, causes: tuple[Cause, ...], *, verbose: bool) -> RenderableType:
    """All lines of one check."""
    passed = check.verdict is Verdict.PASSED
    beside = not (passed or check.difference or check.where) and len(check.title) + len(why(check)) <= ink.width - ROOM
    title = ink.line(check.title, "" if passed else "bold")
    if beside:
        title.append("  ").append_text(ink.line(why(check), f"not bold {ink.style(check.verdict)}"))
    if verbose:
        title.append("  ").append_text(ink.line(f"{check.name}, {check.seconds:.3f} s", "not bold dim"))
    worth = f"{points(check.earned)} / {points(check.points)}" if check.points else ""
    top = Table.grid(expand=True, padding=(0, 1))
    top.add_column(width=1)
    top.add_column(ratio=1)
    top.add_column(justify="right", no_wrap=True)
    top.add_row(ink.symbol(check.verdict), title, Text(worth, style="" if passed else "bold"))
    if passed:
        return top
    reason = [] if beside else [ink.block(why(check), ink.style(check.verdict))]
    return Group(top, *(indented(part) for part in [*reason, *_details(check, ink, causes)]))


def _details(check: CheckResult, ink: Ink, causes: tuple[Cause, ...]) -> Iterator[RenderableType]:
    yield from (ink.block(text) for text in sentence_below(check))
    if check.difference:
        yield indented(difference_table(check.difference, ink))
    if check.where:
        yield place_lines(check.where, ink)
    if (cause := cause_of(check, causes)) and not cause.everything:
        yield ink.line(f"Likely cause: {cause.name}", "yellow")
    if hint := own_hint(check, causes):
        yield Text.assemble(("Hint: ", "bold cyan"), ink.block(hint))


def difference_table(difference: Difference, ink: Ink) -> RenderableType:
    """Got, expected and allowed under each other."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in rows(difference):
        grid.add_row(label, ink.block(text, "bold" if label == "got" else ""))
    return grid


def place_lines(where: Where, ink: Ink) -> RenderableType:
    """The place in the student's file and the line that stands there."""
    parts: list[RenderableType] = [ink.line(place(where), "dim")]
    if where.source:
        parts.append(indented(ink.line(where.source, "italic")))
    return Group(*parts)


def indented(part: RenderableType) -> RenderableType:
    return Padding(part, (0, 0, 0, 2), expand=False)
