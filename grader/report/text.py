"""A report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from grader.report.causes import Cause, likely_causes
from grader.report.ink import Ink
from grader.report.model import Report
from grader.report.printable import excerpt
from grader.report.repeats import without_repeats
from grader.report.text_check import check_lines, place_lines
from grader.report.words import count, headline, next_step, notes

OUTPUT_LINES = 30


def render_text(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Print `report`. `verbose` adds times, names, seed and environment, and shows more of the printed output."""
    ink = Ink(console)
    for part in _parts(without_repeats(report), ink, verbose=verbose):
        if part is not None:
            console.print(part, width=ink.width)
            console.print()


def _parts(report: Report, ink: Ink, *, verbose: bool) -> Iterator[RenderableType | None]:
    causes = likely_causes(report)
    yield _top(report, ink)
    for cause in causes:
        yield _cause(cause, ink)
    if report.checks:
        yield _checks(report, ink, causes, verbose=verbose)
    lines = 10 * OUTPUT_LINES if verbose else OUTPUT_LINES
    yield _output("stdout", report.stdout, report, ink, lines)
    yield _output("stderr", report.stderr, report, ink, lines)
    yield _bottom(report, ink, verbose=verbose)


def _top(report: Report, ink: Ink) -> RenderableType:
    title = ink.line(report.title, "bold").append("  ").append_text(ink.line(report.submission, "not bold dim"))
    said = ink.line(headline(report), f"bold {ink.style(report.verdict)}")
    parts: list[RenderableType] = [title, Text.assemble(ink.symbol(report.verdict), " ", said)]
    if report.message:
        parts.append(ink.block(report.message))
    if report.where:
        parts.append(place_lines(report.where, ink))
    if step := next_step(report):
        parts.append(ink.block(step))
    return Group(*parts)


def _cause(cause: Cause, ink: Ink) -> RenderableType:
    name = Text.assemble(ink.line(cause.name, "bold"), (f"  (in {count(cause.checks, 'check')})", "dim"))
    parts = [name, ink.block(cause.hint)] if cause.hint else [name]
    return Panel(Group(*parts), title=Text("likely cause"), title_align="left", border_style="yellow")


def _checks(report: Report, ink: Ink, causes: tuple[Cause, ...], *, verbose: bool) -> RenderableType:
    lines: list[RenderableType] = []
    both = len({check.hidden for check in report.checks}) == 2
    kind: bool | None = None
    for check in report.checks:
        if both and check.hidden is not kind:
            lines.append(Text("hidden checks" if check.hidden else "public checks", style="dim underline"))
        lines.append(check_lines(check, ink, causes, verbose=verbose))
        kind = check.hidden
    return Group(*lines)


def _output(name: str, text: str, report: Report, ink: Ink, lines: int) -> RenderableType | None:
    if not text.strip():
        return None
    shown = excerpt(text, lines=lines)
    parts = [ink.block(shown.text, "dim")]
    if report.output_cut:
        parts.append(Text("The grader kept only a part of what was printed.", style="dim italic"))
    if shown.cut:
        parts.append(Text("Long output is shortened here; the JSON report has more.", style="dim italic"))
    title = Text(f"printed by your code ({name})")
    return Panel(Group(*parts), title=title, title_align="left", border_style="dim")


def _bottom(report: Report, ink: Ink, *, verbose: bool) -> RenderableType:
    said: list[RenderableType] = [ink.block(note, "yellow") for note in notes(report)]
    said.append(ink.line(f"{report.exercise} on {report.device}, {report.seconds:.2f} s", "dim"))
    if verbose:
        facts = {
            "seed": report.seed,
            "exercise hash": report.exercise_hash,
            "cpu seconds": f"{report.cpu_seconds:.3f}",
            "peak memory": f"{report.peak_memory_mb:.0f} MB",
            **report.environment,
        }
        said.extend(ink.line(f"{name}: {fact}", "dim") for name, fact in facts.items())
    return Group(*said)
