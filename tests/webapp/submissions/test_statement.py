"""A statement's Markdown as HTML that can do no harm, made once for each version of its file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from grader.course.load import load_course
from grader.course.model import CourseError
from webapp.submissions.statement import html_of, public_checks_of, statement_of

ROOT = Path(__file__).parents[3]
TINY = ROOT / "tests" / "tiny_course"


def test_formulas_keep_their_tex_for_the_page_to_set() -> None:
    html = html_of("# Title\n\nWith $a_1 < b_*$ and\n\n$$\n\\frac{1}{2} & x\n$$\n\nthen $$c$$ ends, for $5 and $6.")
    assert '<span class="math inline">a_1 &lt; b_*</span>' in html
    assert '<div class="math block">\n\\frac{1}{2} &amp; x\n</div>' in html
    assert '<span class="math block">c</span>' in html
    assert "for $5 and $6" in html, "money is no formula"
    assert "Title" not in html, "the page has it already"


def test_code_is_coloured_by_class_and_tables_scroll() -> None:
    html = html_of("```python\nreturn 'a<b'\n```\n\n| a |\n| - |\n| 1 |\n\n```nothing\nx < y\n```")
    assert '<pre tabindex="0"><code><span class="k">return</span>' in html
    assert "&lt;b" in html and "x &lt; y" in html and '<table tabindex="0">' in html
    assert "style=" not in html


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "<div style='position:fixed' onclick='alert(1)'>x</div>",
    "<iframe src='https://example.org'></iframe>",
    "<form action='/c/tiny/e/double_it/submit'><input name=source></form>",
    "<svg><script>alert(1)</script></svg>",
    "![x](https://example.org/seen.png)",
    "$</span><script>alert(1)</script>$",
    "```python\n</code></pre><script>alert(1)</script>\n```",
    "<span class='site-header skip-link'>x</span>",
    "<!-- a note of the author -->",
]


@pytest.mark.parametrize("markdown", HOSTILE)
def test_a_statement_brings_nothing_that_acts(markdown: str) -> None:
    html = html_of(f"before\n\n{markdown}\n\nafter")
    assert "before" in html and "after" in html
    for bad in ("<script", "onerror", "onclick", "href=\"javascript", "<iframe", "<form", "<input", "<svg", "style=",
                "seen.png", "site-header", "a note of the author"):  # fmt: skip
        assert bad not in html, html


def test_a_statement_is_read_again_when_its_file_has_changed(tmp_path: Path) -> None:
    shutil.copytree(TINY / "exercises", tmp_path / "exercises")
    course = load_course(tmp_path / "exercises")
    exercise = course.exercises[0]
    first = statement_of(course, exercise)
    assert statement_of(course, exercise) is first, "kept"
    exercise.statement.write_text("# New\n\nAnother text.\n")
    os.utime(exercise.statement, ns=(1, 1))
    assert "Another text." in statement_of(course, exercise)
    exercise.statement.unlink()
    with pytest.raises(CourseError, match="README"):
        statement_of(course, exercise)


def test_public_checks_are_named_by_their_sentences() -> None:
    course = load_course(TINY / "exercises")
    assert public_checks_of(course, course.exercises[0]) == ("twice (1, 2) is (2, 4)", "whole numbers raise ValueError")


def test_every_statement_of_the_course_becomes_a_page() -> None:
    course = load_course(ROOT / "exercises")
    for exercise in course.exercises:
        html = statement_of(course, exercise)
        assert len(html) > 200 and "$$" not in html, exercise.slug
        assert public_checks_of(course, exercise), exercise.slug
