"""What was sent, with its lines, and what changed between two submissions."""

from __future__ import annotations

import json
import time
from typing import Any

from webapp.submissions.difference import MOST, changes
from webapp.submissions.highlight import lines_of
from webapp.submissions.source import MOST as MOST_LINES
from webapp.submissions.source import pieces_of, text_of

NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": "# title"},
            {"cell_type": "code", "metadata": {}, "source": ["x = 1\n", "y = 2"], "outputs": [], "execution_count": 1},
        ],
    }
).encode()


def test_the_source_is_shown_with_its_lines(site: Any) -> None:
    sent = site.submit("ada", b"def f():\n    return 1\n").submission.id
    page = site.client("ada").get(f"/c/tiny/s/{sent}/source").text
    assert 'data-line="2"' in page and 'data-line="3"' not in page
    assert '<span class="k">return</span>' in page


def test_a_notebook_is_shown_cell_by_cell() -> None:
    pieces = pieces_of("a.ipynb", NOTEBOOK)
    assert [(piece.name, piece.cell, len(piece.lines)) for piece in pieces] == [("a.ipynb, cell 2", 2, 2)]
    assert text_of("a.ipynb", NOTEBOOK) == "# cell 2\nx = 1\ny = 2"


def test_lines_are_counted_as_python_counts_them() -> None:
    text = "a = 1\r\nb = '\x0c\u2028'\rc = '''\nd'''\n"
    assert [line.striptags() for line in lines_of(text)] == ["a = 1", "b = ' '", "c = '''", "d'''"]
    assert len(lines_of("")) == 1
    long = "x = 1\n" * 20_000
    assert len(lines_of(long)) == 20_000 and lines_of(long)[0] == "x = 1", "what is too long has no colours"


def test_a_page_shows_only_so_many_lines_and_says_so(site: Any) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "source": "x = 1\n" * 4000} for _ in range(3)]
    found = pieces_of("a.ipynb", json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}).encode())
    assert [(len(piece.lines), piece.left_out) for piece in found] == [(4000, 0), (2000, 2000)]
    sent = site.submit("ada", b"\n" * (MOST_LINES + 1) + b"x = 1\n").submission.id
    assert "2 more lines are not shown" in site.client("ada").get(f"/c/tiny/s/{sent}/source").text


def test_a_difference_shows_what_went_and_what_came(site: Any) -> None:
    first = site.submit("ada", b"".join(b"line_%d = 0\n" % n for n in range(50))).submission.id
    second = site.submit("ada", b"".join(b"line_%d = %d\n" % (n, n == 30) for n in range(50))).submission.id
    page = site.client("ada").get(f"/c/tiny/s/{second}/diff/{first}").text
    assert "<del>line_30 = 0</del>" in page and "<ins>line_30 = 1</ins>" in page
    assert "line_33 = 0" in page and "line_40 = 0" not in page
    assert 'data-line="31"' in page


def test_a_difference_needs_two_submissions_of_one_student_to_one_exercise(site: Any) -> None:
    adas = site.submit("ada", b"a = 1\n").submission.id
    elsewhere = site.submit("ada", b"a = 1\n", slug="counter").submission.id
    bobs = site.submit("bob", b"secret_of_bob = 1\n").submission.id
    for other in (elsewhere, bobs, 999_999, 10**18):
        for who in ("ada", "grace"):
            answer = site.client(who).get(f"/c/tiny/s/{adas}/diff/{other}")
            assert answer.status_code == 404 and "secret_of_bob" not in answer.text


def test_equal_submissions_differ_in_no_line() -> None:
    assert changes(["a"], ["a"]) == []


def test_what_is_too_long_is_not_compared() -> None:
    assert changes(["a"] * (MOST + 1), ["b"]) is None


def test_the_dearest_comparison_ends() -> None:
    """Lines that occur many times, in another order, are what costs most."""
    before = [str(number % 19) for number in range(MOST)]
    after = [str(number * 7 % 23) for number in range(MOST)]
    start = time.process_time()
    assert changes(before, after)
    assert time.process_time() - start < 60, "a safety limit only"
