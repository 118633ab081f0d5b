"""Submissions that nobody would write: read as a program, or refused in one sentence with the line it is about."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.guest.forbidden import Forbidden
from grader.guest.source import read_submission

SEEDS = [path.read_bytes() for path in sorted(Path(__file__).with_name("corpus").glob("source/*.bin"))]
RULES = Forbidden([], ["math"])

WORDS = """
    def f|class A|if 1|elif x|else|try|except* E|match x|case {**y}|lambda|yield|await|(|)|[|]|{|}|:|:=|=|*|**|->|@|...
    !|import torch|from . import a|from __future__ import braces|import os as o|o.x|torch.optim.Adam|f'{x!r:{y}}'|'''|"
    b'\\xff'|'\\N{x}'|0x|1_|1e999|ｆ|é
"""
words = st.sampled_from(
    [
        *WORDS.strip().replace("\n    ", "|").split("|"),
        "9" * 5000,
        "\n",
        "\n    ",
        "\t",
        " ",
        "\\",
        "\ufeff",
        "\x0c",
        "\r",
    ]
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"")
@example(b"\0")
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
@example(b"# -*- coding: rot13 -*-\nvzcbeg bf")
@example(b"x = '\xed\xa0\x80'")
def test_any_bytes_are_a_program_or_refused(targets: ModuleType, data: bytes) -> None:
    targets.source(data)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(words, max_size=40))
def test_any_row_of_words_is_a_program_or_refused(targets: ModuleType, row: list[str]) -> None:
    targets.source("".join(row).encode())


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(SEEDS), st.data())
def test_a_program_with_changed_bytes_is_a_program_or_refused(targets: ModuleType, seed: bytes, draw: Any) -> None:
    data = bytearray(seed)
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(data)))
        data[at : at + draw.draw(st.integers(0, 6))] = draw.draw(st.binary(max_size=6))
    targets.source(bytes(data))


# Depth: what the parser, the compiler or our own reading can't follow

DEEP: dict[str, Callable[[int], str]] = {
    "elif": lambda depth: "if 1: pass\n" + "elif 1: pass\n" * depth,
    "attributes": lambda depth: "x = y" + ".a" * depth,
    "calls": lambda depth: "f" + "()" * depth,
    "a sum": lambda depth: "x = " + "+".join("1" * depth),
    "not": lambda depth: "x = " + "not " * depth + "1",
    "lambdas": lambda depth: "x = " + "lambda: " * depth + "1",
    "conditions": lambda depth: "x = " + "1 if 1 else " * depth + "1",
    "brackets": lambda depth: "x = " + "(" * depth + ")" * depth,
    "blocks": lambda depth: "".join(" " * level + "if 1:\n" for level in range(depth)) + " " * depth + "pass",
    "a long comparison": lambda depth: "x = " + "1 < " * depth + "1",
    "strings side by side": lambda depth: "x = " + "'a' f'{1}' " * depth,
}


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("depth", [90, 20_000])
def test_what_is_nested_a_little_or_beyond_all_measure_gets_a_sentence(
    targets: ModuleType, kind: str, depth: int
) -> None:
    targets.source(DEEP[kind](depth).encode())


@pytest.mark.parametrize("kind", ["elif", "attributes", "calls", "a sum", "not", "lambdas", "conditions"])
def test_what_python_still_compiles_is_read_for_forbidden_names_too(targets: ModuleType, kind: str) -> None:
    targets.source(DEEP[kind](900).encode())


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_the_line_that_is_shown_is_the_line_that_is_meant(sign: str) -> None:
    text = f"x = '''{sign}'''\nimport os\n"
    _, answer = read_submission("task", text.encode(), RULES)
    assert answer.where is not None
    shown = io.StringIO(text).readlines()[answer.where.line - 1]
    assert (answer.where.line, answer.where.source) == (2, shown.strip())
