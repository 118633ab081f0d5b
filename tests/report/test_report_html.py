"""The HTML page."""

from __future__ import annotations

import itertools
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from grader.report import Report, Verdict
from grader.report.html import render_html
from grader.report.verdict_words import WORDS

VOID = {"meta", "br"}
ALLOWED = {
    *VOID,
    *("html", "head", "title", "style", "body", "main", "section", "article", "details", "summary"),
    *("h1", "h2", "h3", "p", "a", "span", "strong", "div", "ol", "li", "pre"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


class Page(HTMLParser):
    """What a browser would see: tags well nested, their attributes, ids, links and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str | None]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def test_the_overview_links_to_a_card_for_each_report(everything: list[Report]) -> None:
    page = Page(render_html(everything, title="Week 6"))
    targets = [f"report-{number}" for number in range(1, len(everything) + 1)]
    assert page.values("href") == [f"#{target}" for target in targets]
    assert [i for i in page.values("id") if i and i.startswith("report-")] == targets
    assert len(page.values("id")) == len(set(page.values("id")))


def test_the_page_is_complete_in_itself(everything: list[Report]) -> None:
    text = render_html(everything, title="Week 6")
    page = Page(text)
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert not {name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"}
    assert page.values("src") == [] and "url(" not in text and "@import" not in text and "http" not in page.text
    assert text.count("<style>") == 1


def test_the_policy_allows_only_the_style_of_the_page(bobs: Report) -> None:
    text = render_html([bobs], title="Week 6")
    style = text.split("<style>")[1].split("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in text


def test_everything_that_a_student_wrote_is_text(hostile: Report) -> None:
    text = render_html(
        [hostile], title=hostile.title, intro=hostile.title, statement_of={hostile.exercise: hostile.stdout}
    )
    page = Page(text)
    assert {tag for tag, _ in page.tags} <= ALLOWED
    known = {"charset", "name", "content", "http-equiv", "lang", "class", "id", "href", "scope", "role"}
    assert {name for _, attributes in page.tags for name in attributes} <= known | {
        "aria-labelledby",
        "aria-hidden",
    }
    assert "<script>alert(1)</script>" in page.text and "{title} %s" in page.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    text.encode("utf-8")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_is_a_sign_and_a_word(report: Any, check: Any, verdict: Verdict) -> None:
    page = Page(render_html([report(check(verdict=verdict))], title="Week 6"))
    assert WORDS[verdict].symbol in page.text and WORDS[verdict].word in page.text


def test_tables_have_headers_and_headings_go_down_one_by_one(everything: list[Report]) -> None:
    page = Page(render_html(everything, title="Week 6"))
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1 and all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_a_card_says_what_a_terminal_says(bobs: Report) -> None:
    text = Page(render_html([bobs], title="Week 6")).text
    assert "2 of 7 hidden checks passed, 2.5 of 8.75 points" in text
    assert "12 of 48 elements (25%) differ, most at [2, 1]" in text
    assert "p.sub_(lr * self.exp_avg[i] / denominator)" in text
    assert text.count("What should divide it?") == 1


def test_remaining_checks_and_the_missing_wall_are_said(report: Any) -> None:
    text = Page(render_html([report(hidden_checks_left=7, wall="none")], title="Week 6")).text
    assert "7 hidden checks remain" in text and "There was no wall" in text


def test_a_statement_stands_once_however_many_reports_it_has(bobs: Report) -> None:
    text = Page(render_html([bobs, bobs], title="Week 6", statement_of={"adam": "# Adam", "sgd_step": "# SGD"})).text
    assert text.count("# Adam") == 1 and "# SGD" not in text


def test_the_intro_has_paragraphs_and_an_empty_page_says_so() -> None:
    text = render_html([], title="Week 6", intro="One.\n\nTwo.")
    assert "<p>One.</p><p>Two.</p>" in text and "no report here yet" in text


def test_our_fault_is_no_zero(report: Any) -> None:
    text = render_html([report(verdict=Verdict.NOT_GRADED, score=None, max_score=5000)], title="Week 6")
    assert "no score" in text and "0 / 5" not in text
