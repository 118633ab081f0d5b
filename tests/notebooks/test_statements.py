"""Cells cut into statements without a parser."""

from __future__ import annotations

import time

import pytest

from grader.notebooks.statements import statements


def cut(source: str) -> list[tuple[int, int, bool]]:
    return [(one.first, one.last, one.only_here) for one in statements(source.split("\n"))]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\ny = 2", [(0, 0, False), (1, 1, False)]),
        ("f(a,\n  b)\nc", [(0, 1, False), (2, 2, False)]),
        ("x = (1\n  % 3)", [(0, 1, False)]),
        ('s = """\n%not\n!nor\n"""\nt', [(0, 3, False), (4, 4, False)]),
        ("s = 'a\\\n%b'\nt", [(0, 1, False), (2, 2, False)]),
        ("s = 'open\n%time f()", [(0, 0, False), (1, 1, True)]),
        ("a = 1 + \\\n  2\nb", [(0, 1, False), (2, 2, False)]),
        ("x = 1  # it's (\ny", [(0, 0, False), (1, 1, False)]),
        ("# a comment\n\n   \nx", [(3, 3, False)]),
        ("%matplotlib inline", [(0, 0, True)]),
        ("if x:\n    !ls", [(0, 0, False), (1, 1, True)]),
        ('!pip install "it\'s" \\\n  more\nx', [(0, 1, True), (2, 2, False)]),
        ("files = !ls 'a\nx", [(0, 0, True), (1, 1, False)]),
        ("t = %timeit -o f()", [(0, 0, True)]),
        ("torch.nn?", [(0, 0, True)]),
        ("?torch", [(0, 0, True)]),
        ("x = a % b\ny != c", [(0, 0, False), (1, 1, False)]),
        ('print("why?")', [(0, 0, False)]),
        ("f'''{x!r}\n%a'''\nb", [(0, 1, False), (2, 2, False)]),
        ("x = r'\\'\ny = '", [(0, 0, False), (1, 1, False)]),
    ],
)
def test_lines_that_belong_together_stay_together(source: str, expected: list[tuple[int, int, bool]]) -> None:
    assert cut(source) == expected


def test_text_has_no_strings_and_no_comments() -> None:
    (one,) = statements(["x = f('a # b', 2)  # c"])
    assert one.text == "x = f('', 2)"


def test_text_keeps_what_an_f_string_uses() -> None:
    (one,) = statements(['x = f"{helper(y)}"'])
    assert "helper(y)" in one.text


@pytest.mark.parametrize(
    "source",
    [
        " " * 300_000 + "x",
        "a " * 100_000,
        "a," * 100_000 + "=",
        "(" * 200_000,
        "'" * 200_000,
        '"""a\n' * 50_000,
        "f'" * 100_000,
        "\\" * 200_000,
        "x = \\\n" * 50_000,
        "%a\n" * 80_000,
    ],
    ids=lambda source: source[:6].replace("\n", "|"),
)
def test_hostile_cells_take_time_that_grows_with_their_length(source: str) -> None:
    began = time.monotonic()
    statements(source.split("\n"))
    assert time.monotonic() - began < 10
