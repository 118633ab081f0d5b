"""Feedback on a notebook: the student's own, with the report above and beside its cells, as one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course.model import Exercise
from grader.notebooks.code import code_of
from grader.notebooks.packages import needed
from grader.notebooks.reading import NotebookError
from grader.report.causes import likely_causes, own_hint
from grader.report.html import page, render_html
from grader.report.html_card import badge, card, line, said, tone
from grader.report.model import CheckResult, Report, Verdict, Where
from grader.report.words import headline, why

if TYPE_CHECKING:
    from nbformat import NotebookNode

_HERE = Path(__file__).parent


def can_be_made() -> None:
    """Raise NotebookError where the packages that make a page are not installed."""
    needed("nbformat", "nbconvert", "nh3", "mdit_py_plugins")


def feedback_page(report: Report, data: bytes, exercise: Exercise) -> str:
    """The page for the student who sent the notebook `data`, from a report that went through `for_student`.

    A notebook that can't be shown leaves the report alone on the page. Raises NotebookError where the packages that
    make the page are not installed.
    """
    can_be_made()
    from grader.notebooks.shown import CUT, shown

    try:
        notebook, cut = shown(data)
    except NotebookError:
        return render_html([report], title=report.title)
    graded, answer = _graded(data, exercise)
    notes = _notes(report, answer)
    for cell in notebook.cells:
        number = cell.metadata["number"]
        cell.metadata["graded"] = number in graded
        cell.metadata["beside"] = "\n".join(notes.get(number, {}).values())
        cell.metadata["lines"] = [line for line in sorted(notes.get(number, {})) if line]
    body = [card(report, 1), '<div class="notebook">', _cells_html(notebook), "</div>"]
    if cut:
        body.append(f"<p>{CUT}</p>")
    style = (_HERE / "feedback.css").read_text("utf-8")
    return page("\n".join(body), title=f"{report.title}: feedback", style=style, pictures=True)


def _graded(data: bytes, exercise: Exercise) -> tuple[frozenset[int], int]:
    """The numbers of the cells that were graded, and of the cell where the answer begins (0: there is none)."""
    try:
        code = code_of(data, exercise, "")
    except NotebookError:
        return frozenset(), 0
    return frozenset(cell.number for cell, _ in code.places), code.answer


def _notes(report: Report, answer: int) -> Mapping[int, Mapping[int, str]]:
    """What stands beside the cells, as HTML: by cell and line. What belongs to no line stands at the cell `answer`."""
    saying: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    causes = likely_causes(report)
    if answer:
        saying[answer, 0].append(f"<p>{badge(report.verdict)} {line(headline(report))}</p>")
    if report.where is not None and report.where.cell:
        saying[report.where.cell, report.where.line].append(f"<p>{badge(report.verdict)} {said(report.message)}</p>")
    for check in report.checks:
        if check.verdict is not Verdict.PASSED and check.rationale != report.message:
            saying[_place(check.where, answer)].append(_check(check, own_hint(check, causes)))
    notes: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for (cell, number), parts in sorted(saying.items()):
        notes[cell][number] = _note(number, parts, report.verdict)
    return notes


def _place(where: Where | None, answer: int) -> tuple[int, int]:
    return (where.cell, where.line) if where is not None and where.cell else (answer, 0)


def _check(check: CheckResult, hint: str) -> str:
    words = f'<p><strong>{line(check.title)}</strong></p><p class="{tone(check.verdict)} why">{said(why(check))}</p>'
    return words + (f"<p><strong>Hint:</strong> {said(hint)}</p>" if hint else "")


def _note(number: int, parts: Iterable[str], verdict: Verdict) -> str:
    place = f'<p class="number">line {number}</p>' if number else ""
    return f'<aside class="remark {tone(verdict)}">{place}{"".join(dict.fromkeys(parts))}</aside>'


def _cells_html(notebook: NotebookNode) -> str:
    """The notebook's cells through nbconvert and our template, and once more through the sanitiser."""
    from jinja2 import pass_context
    from nbconvert.exporters import HTMLExporter, TemplateExporter

    from grader.notebooks.safe_html import safe_markdown, safe_page

    @pass_context
    def prose(context: Mapping[str, Any], text: str) -> str:
        return safe_markdown(text, context["cell"].metadata.get("attachments"))

    exporter = HTMLExporter(
        template_name="feedback",
        extra_template_basedirs=[str(_HERE / "template")],
        filters={"highlight_code": _highlighted, "markdown2html": prose, "filter_data_type": lambda data: list(data)},
    )
    # Past HTMLExporter's own end, which reads the whole page once more with a slower parser.
    html, _ = TemplateExporter.from_notebook_node(exporter, notebook)
    return safe_page(html)


def _highlighted(source: str, metadata: Mapping[str, Any]) -> str:
    """A code cell as coloured HTML, with the lines marked that the report speaks of."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer, TextLexer

    lexer = TextLexer if metadata["is_long"] else PythonLexer
    formatter = HtmlFormatter(hl_lines=metadata["lines"])
    return str(highlight(source, lexer(stripnl=False), formatter))
