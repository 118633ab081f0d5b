"""docs/report.md has a line for every key and every verdict."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from grader.report import CheckResult, Difference, Report, Verdict, Where, to_json
from grader.report.verdict_words import WORDS

PAGE = (Path(__file__).parents[2] / "docs" / "report.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    ("title", "kind"),
    [("The report", Report), ("A check", CheckResult), ("A difference", Difference), ("A place", Where)],
)
def test_every_key_has_one_line_and_every_line_a_key(title: str, kind: type[msgspec.Struct]) -> None:
    told = re.findall(r"^\| `(\w+)` \| \S.* \|$", section(title), flags=re.MULTILINE)
    assert sorted(told) == sorted(field.name for field in msgspec.structs.fields(kind))


def test_every_verdict_stands_on_the_page_as_it_is_said() -> None:
    lines = [f"| `{verdict.value}` | {word.symbol} | {word.word} | {word.who} |" for verdict, word in WORDS.items()]
    assert section("Verdicts").strip().splitlines()[2:] == lines
    assert set(WORDS) == set(Verdict)


def test_the_sample_on_the_page_runs(bobs: Report) -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert len(code) == 1
    exec(code[0], {"line": to_json(bobs)})
