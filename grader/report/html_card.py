"""One report as a card of the HTML page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from grader.report import differences
from grader.report.causes import Cause, cause_of, likely_causes, own_hint
from grader.report.model import CheckResult, Difference, Report, Verdict, Where
from grader.report.printable import excerpt, one_line, printable
from grader.report.repeats import without_repeats
from grader.report.verdict_words import WORDS, Actor
from grader.report.words import count, headline, next_step, notes, place, points, points_of, sentence_below, why

TONES: Final = {Verdict.PASSED: "good", Verdict.NOT_WRITTEN: "wait", Verdict.SKIPPED: "wait"}
OUTPUT_LINES: Final = 300


def tone(verdict: Verdict) -> str:
    """The CSS class that colours a verdict; the words beside it say the same."""
    return TONES.get(verdict, "bad" if WORDS[verdict].who is Actor.STUDENT else "ours")


def said(text: str) -> str:
    """Any text, printable and escaped."""
    return escape(printable(text))


def line(text: str) -> str:
    return escape(one_line(text))


def badge(verdict: Verdict) -> str:
    word = WORDS[verdict]
    return f'<span class="badge {tone(verdict)}"><span aria-hidden="true">{word.symbol}</span> {word.word}</span>'


def chip(verdict: Verdict) -> str:
    """The symbol alone, for a headline that says the rest in words."""
    return f'<span class="badge {tone(verdict)}" aria-hidden="true">{WORDS[verdict].symbol}</span>'


def card(report: Report, number: int) -> str:
    """The whole card, with id report-<number>."""
    return "\n".join(_parts(report, number))


def _parts(report: Report, number: int) -> Iterator[str]:
    report = without_repeats(report)
    causes = likely_causes(report)
    yield f'<article class="card" id="report-{number}" aria-labelledby="title-{number}">'
    yield f'<h2 id="title-{number}">{line(report.title)}</h2>'
    yield f'<p class="quiet">{line(report.submission)}</p>' if report.submission else ""
    yield f'<p class="headline">{chip(report.verdict)} {line(headline(report))}</p>'
    yield f"<p>{_lines(report.message)}</p>" if report.message else ""
    yield _place(report.where) if report.where else ""
    yield f"<p>{line(next_step(report))}</p>" if next_step(report) else ""
    yield from (f'<div class="note wait"><p>{line(note)}</p></div>' for note in notes(report))
    yield from (_cause(cause) for cause in causes)
    yield from _checks(report, causes)
    yield _output("stdout", report.stdout, report.output_cut)
    yield _output("stderr", report.stderr, report.output_cut)
    facts = [report.exercise, f"on {report.device}", f"{report.seconds:.2f} s"]
    yield f'<p class="quiet">{line(", ".join(facts))}</p>'
    yield "</article>"


def _cause(cause: Cause) -> str:
    return (
        f'<div class="cause wait"><h3>Likely cause: {line(cause.name)}</h3>'
        f'<p>{_lines(cause.hint)} <span class="quiet">(in {count(cause.checks, "check")})</span></p></div>'
    )


def _checks(report: Report, causes: tuple[Cause, ...]) -> Iterator[str]:
    for kind, hidden in (("Public checks", False), ("Hidden checks", True)):
        checks = [check for check in report.checks if check.hidden is hidden]
        if checks:
            yield f'<p class="kind">{kind}</p>'
            yield '<ol class="checks">'
            yield from (_check(check, causes) for check in checks)
            yield "</ol>"


def _check(check: CheckResult, causes: tuple[Cause, ...]) -> str:
    word = WORDS[check.verdict]
    passed = check.verdict is Verdict.PASSED
    spoken = f'<span class="hidden-text">{word.word}: </span>' if passed else ""
    worth = f"{points(check.earned)} / {points(check.points)}" if check.points else ""
    spoken_worth = f'<span class="hidden-text">, {points_of(check.earned, check.points)}</span>' if check.points else ""
    details = "" if passed else "\n".join(_details(check, causes))
    body = f'<div class="details">{details}</div>' if details else ""
    return (
        f'<li class="check{" passed" if passed else ""}"><span class="sign {tone(check.verdict)}" aria-hidden="true">'
        f"{word.symbol}</span><h3>{spoken}{line(check.title)}</h3>"
        f'<span class="number"><span aria-hidden="true">{worth}</span>{spoken_worth}</span>{body}</li>'
    )


def _details(check: CheckResult, causes: tuple[Cause, ...]) -> Iterator[str]:
    yield f'<p class="why {tone(check.verdict)}">{_lines(why(check))}</p>'
    yield from (f"<p>{line(text)}</p>" for text in sentence_below(check))
    if check.difference:
        yield _difference(check.difference)
    if check.where:
        yield _place(check.where)
    if (cause := cause_of(check, causes)) and not cause.everything:
        yield f'<p class="quiet">Likely cause: {line(cause.name)}</p>'
    if hint := own_hint(check, causes):
        yield f"<p><strong>Hint:</strong> {_lines(hint)}</p>"


def _difference(difference: Difference) -> str:
    rows = "".join(
        f'<tr><th scope="row">{label}</th><td class="value">{said(text)}</td></tr>'
        for label, text in differences.rows(difference)
    )
    return f'<table class="compare">{rows}</table>' if rows else ""


def _place(where: Where) -> str:
    source = f"<pre>{line(where.source)}</pre>" if where.source else ""
    return f'<p class="quiet">{line(place(where))}</p>{source}'


def _output(name: str, text: str, output_cut: bool) -> str:
    if not text.strip():
        return ""
    shown = excerpt(text, lines=OUTPUT_LINES)
    more = "<p>The grader kept only a part of what was printed.</p>" if output_cut else ""
    more += "<p>Long output is shortened here; the JSON report has more.</p>" if shown.cut else ""
    return f"<details><summary>Printed by the code ({name})</summary><pre>{escape(shown.text)}</pre>{more}</details>"


def _lines(text: str) -> str:
    return said(text).replace("\n", "<br>")
