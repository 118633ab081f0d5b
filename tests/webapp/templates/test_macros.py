"""What the macros write: their words, their ids, and text that nobody meant as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from grader.report.verdict_words import WORDS

TEMPLATES = Path(__file__).parents[3] / "webapp" / "templates"
HOSTILE = "\"><script>alert(1)</script>' onload='x"

Render = Callable[..., str]


@pytest.fixture
def render(style_guide: Flask) -> Render:
    """`render("ui.score(points, 10)", points=7)`: what a macro writes."""

    def rendered(call: str, **variables: object) -> str:
        with style_guide.test_request_context("/"):
            return render_template_string('{% import "_ui.html" as ui %}{{ ' + call + " }}", **variables)

    return rendered


def exported() -> set[str]:
    """The names in `_ui.html`."""
    lines = (TEMPLATES / "_ui.html").read_text("utf-8").splitlines()
    sets = [line.removeprefix("{% set ").split(" = ")[0] for line in lines if line.startswith("{% set ")]
    return {name.strip() for names in sets for name in names.split(",")}


# All of them


def test_every_macro_is_exported() -> None:
    inner = {"attributes", "described", "label_of", "notes", "as_table"}
    defined = {
        name
        for file in (TEMPLATES / "ui").glob("*.html")
        for name in re.findall(r"{% macro (\w+)", file.read_text("utf-8"))
    }
    assert defined - inner == exported() - {"VERDICTS"}


def test_every_macro_has_its_line_in_the_readme() -> None:
    text = (TEMPLATES / "README.md").read_text("utf-8")
    assert not [name for name in exported() - {"VERDICTS"} if f"`{name}(" not in text]


def test_the_style_guide_shows_every_macro() -> None:
    text = (TEMPLATES / "styleguide.html").read_text("utf-8")
    assert not [name for name in exported() if f"ui.{name}" not in text]


@pytest.mark.parametrize(
    "call",
    [
        "ui.button(text, name=text, value=text, confirm=text)",
        "ui.link_button(text, text)",
        "ui.post_button(text, text, text, fields={'a': text})",
        "ui.field(text, 'n', text, error=text, hint=text, placeholder=text)",
        "ui.select_field(text, 'n', [(text, text)], text)",
        "ui.textarea_field(text, 'n', text, error=text)",
        "ui.checkbox(text, 'n', text, hint=text)",
        "ui.radio_group(text, 'n', [(text, text, text)], error=text)",
        "ui.file_drop(text, 'n', accept=text, into=text, hint=text)",
        "ui.form_errors({text: text})",
        "ui.badge(text, sign=text)",
        "ui.verdict_badge(text)",
        "ui.progress(1, 2, text, text=text)",
        "ui.alert('error', text, text)",
        "ui.stat(text, text, text)",
        "ui.page_head(text, text, text)",
        "ui.empty_state(text, text, text)",
        "ui.breadcrumb([(text, text), (text, none)])",
        "ui.tabs([(text, text, true)], text)",
        "ui.pagination(2, 3, text ~ 'PAGE', text)",
        "ui.pager((text, text), (text, text))",
        "ui.code_listing(text, marked=1, name=text)",
        "ui.code_listing([text])",
        "ui.diff_view([('+', text), ('-', text), (' ', text), ('@', text)], text)",
        "ui.bar_chart('b', text, [(text, 1)], unit=text, about=text, head=(text, text))",
        "ui.histogram('h', text, [(text, 1)], about=text, axis=text)",
    ],
)
def test_text_of_others_stays_text(render: Render, call: str) -> None:
    written = render(call, text=HOSTILE)
    assert "alert(1)" in unescape(written)
    assert "<script" not in written
    assert "' onload='" not in written
    assert '"><s' not in written.replace('"><span', "").replace('"><summary', "").replace('"><strong', "")


# Results


def test_verdicts_have_the_words_and_signs_of_the_report(style_guide: Flask) -> None:
    module = style_guide.jinja_env.get_template("ui/results.html").make_module()
    shown = {verdict: (sign, word) for verdict, (_, sign, word) in module.VERDICTS.items()}  # type: ignore[attr-defined]
    of_the_report = {str(verdict): (word.symbol, word.word) for verdict, word in WORDS.items()}
    assert {verdict: shown[verdict] for verdict in of_the_report} == of_the_report
    assert set(shown) - set(of_the_report) == {"queued", "grading"}


@pytest.mark.parametrize("verdict", [*map(str, WORDS), "queued", "grading"])
def test_a_verdict_has_a_sign_and_a_word(render: Render, verdict: str) -> None:
    written = render("ui.verdict_badge(verdict)", verdict=verdict)
    sign, word = re.findall(r'aria-hidden="true">(.+?)</span>(.+?)</span>', written)[0]
    assert len(unescape(sign)) == 1
    assert word.isprintable()
    assert word != verdict or verdict in ("passed", "wrong", "crashed", "skipped")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (7, "7"), (7.0, "7"), (7.25, "7.25"), (0.125, "0.125"), (0, "0"), (1 / 3, "0.333")],
)
def test_points_are_written_without_what_says_nothing(render: Render, value: float | None, shown: str) -> None:
    assert render("ui.number(value)", value=value) == shown


# Forms


def test_hint_and_error_belong_to_their_field(render: Render) -> None:
    written = render("ui.field('E-mail', 'email', error='An @ is missing.', hint='Yours.')")
    assert 'aria-describedby="f-email-hint f-email-error"' in written
    assert 'aria-invalid="true"' in written
    assert '<p class="field-hint" id="f-email-hint">Yours.</p>' in written
    assert '<p class="field-error" id="f-email-error">An @ is missing.</p>' in written
    assert written.count("Yours.") == 1


def test_attributes_are_passed_on(render: Render) -> None:
    written = render("ui.button('Go', hx_post='/go', disabled=false, autofocus=true, title=none)")
    assert written == '<button type="submit" class="button" hx-post="/go" autofocus>Go</button>'


def test_no_field_is_described_by_something_that_is_not_there(style_guide: Flask) -> None:
    written = style_guide.test_client().get("/").text
    ids = re.findall(r'\sid="([^"]+)"', written)
    assert len(ids) == len(set(ids))
    named = re.findall(r'(?:aria-describedby|aria-labelledby|for|data-drop-into)="([^"]+)"', written)
    assert {name for names in named for name in names.split()} <= set(ids)


def test_a_text_field_keeps_the_line_break_at_its_start(render: Render) -> None:
    assert ">\n\nx = 1\n</textarea>" in render("ui.textarea_field('Code', 'source', '\\n' ~ 'x = 1\\n', code=true)")


# Lists and code


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [(1, 1, ""), (1, 2, "1 2"), (1, 9, "1 2 … 9"), (5, 9, "1 … 4 5 6 … 9"), (9, 9, "1 … 8 9"), (2, 3, "1 2 3")],
)
def test_pages_of_a_list(render: Render, page: int, pages: int, shown: str) -> None:
    written = render("ui.pagination(page, pages, '/g?page=PAGE&sort=name')", page=page, pages=pages)
    words = re.sub(r'<span class="visually-hidden">.*?</span>|[←→]', "", written)
    assert re.sub(r"<[^>]+>", " ", words).split() == shown.split()
    assert (f'href="/g?page={pages}&amp;sort=name"' in written) == (page != pages)


def test_the_lines_of_a_listing_have_their_numbers(render: Render) -> None:
    written = render("ui.code_listing('a\\n\\nb\\n', marked=[12], start=10)")
    assert re.findall(r'class="(line[^"]*)" data-line="(\d+)"', written) == [
        ("line", "10"),
        ("line", "11"),
        ("line is-marked", "12"),
    ]


def test_a_difference_counts_both_sides(render: Render) -> None:
    written = render("ui.diff_view([(' ', 'a'), ('-', 'b'), ('+', 'c'), ('+', 'd'), (' ', 'e')], before=5, after=7)")
    rows = [re.findall(r'data-line="(\d+)"', row) for row in written.split("<tr")[2:]]
    assert rows == [["5", "7"], ["6"], ["8"], ["9"], ["7", "10"]]


# Charts


def test_a_chart_of_nothing_is_still_a_chart(render: Render) -> None:
    assert 'role="img"' in render("ui.bar_chart('b', 'Mistakes', [])")
    assert 'role="img"' in render("ui.histogram('h', 'Points', [])")
    assert 'width="0%"' in render("ui.bar_chart('b', 'Mistakes', [('none', 0)])")


def test_a_bar_is_as_long_as_its_value(render: Render) -> None:
    written = render("ui.bar_chart('b', 'Mistakes', [('x', 3), ('y', 4)])")
    assert re.findall(r'chart-bar" .*? width="([\d.]+)%"', written) == ["75.0", "100.0"]
    assert re.findall(r'<td class="num">(\d+)</td>', written) == ["3", "4"]
