"""Reports as one HTML page: no scripts, nothing fetched, a content security policy that allows only its own style."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Final

from grader.report.html_card import badge, card, line, said
from grader.report.model import Report
from grader.report.verdict_words import WORDS
from grader.report.words import points, true_score

COLUMNS: Final = ("submission", "exercise", "verdict", "points", "seconds")
PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def render_html(
    reports: Sequence[Report], *, title: str, intro: str = "", statement_of: Mapping[str, str] | None = None
) -> str:
    """The page: an overview table, then a card for each report, in their order.

    `intro` is plain text, a blank line between paragraphs. `statement_of` maps an exercise to its statement, which is
    shown once, folded, as plain text. A page for a student takes reports that went through `for_student`.
    """
    parts = [
        "".join(f"<p>{line(part)}</p>" for part in intro.split("\n\n") if part.strip()),
        _overview(reports) if reports else "<p>There is no report here yet.</p>",
        _statements(reports, statement_of or {}),
        *(card(report, number) for number, report in enumerate(reports, start=1)),
    ]
    return page("\n".join(parts), title=title)


def page(body: str, *, title: str, style: str = "", pictures: bool = False) -> str:
    """A page around `body`, which is HTML already. `style` is added to our own; with `pictures`, data: images show."""
    style = style_sheet() + style
    return PAGE.format(policy=_policy(style, pictures), style=style, title=line(title), body=body)


def fragment(report: Report, number: int) -> str:
    """A report as a piece of somebody else's page, such as a notebook's output: its style reaches nothing but itself.

    `number` tells it from other reports on that page.
    """
    style = style_sheet().replace(":root {", "& {").replace("\nbody {", "\n& {")
    return f'<div class="gradgym-report"><style>.gradgym-report {{\n{style}\n}}</style>{card(report, number)}</div>'


def style_sheet() -> str:
    return Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def _policy(style: str, pictures: bool) -> str:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    images = "img-src data:; " if pictures else ""
    return f"default-src 'none'; {images}style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _overview(reports: Sequence[Report]) -> str:
    """The table. Its roles are written out because a phone shows each row as a block, which would lose them."""
    head = "".join(
        f'<th scope="col" role="columnheader" class="{column}">{column.capitalize()}</th>' for column in COLUMNS
    )
    rows = "\n".join(_row(report, number) for number, report in enumerate(reports, start=1))
    return (
        '<section class="card" aria-labelledby="overview"><h2 id="overview">Overview</h2>'
        f'<p class="quiet">{escape(_tally(reports))}</p>'
        f'<table class="overview" role="table" aria-labelledby="overview">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{rows}\n</tbody></table></section>'
    )


def _row(report: Report, number: int) -> str:
    score = true_score(report)
    name = line(report.submission) or f"report {number}"
    cells = {
        "exercise": line(report.title),
        "verdict": badge(report.verdict),
        "points": f"{points(score)} / {points(report.max_score)}"
        if score is not None and report.max_score
        else "no score",
        "seconds": f"{report.seconds:.2f}",
    }
    rest = "".join(f'<td role="cell" class="{column}">{cell}</td>' for column, cell in cells.items())
    return f'<tr role="row"><th scope="row" role="rowheader"><a href="#report-{number}">{name}</a></th>{rest}</tr>'


def _tally(reports: Sequence[Report]) -> str:
    verdicts = [report.verdict for report in reports]
    parts = [f"{verdicts.count(verdict)} {word.word}" for verdict, word in WORDS.items() if verdict in verdicts]
    return ", ".join(parts)


def _statements(reports: Sequence[Report], statement_of: Mapping[str, str]) -> str:
    titles = {report.exercise: report.title for report in reports if report.exercise in statement_of}
    return "\n".join(
        f'<details class="card"><summary>The exercise: {line(title)}</summary>'
        f"<pre>{said(statement_of[slug])}</pre></details>"
        for slug, title in titles.items()
    )
