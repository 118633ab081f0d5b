"""docs/course-format.md has a line for each key and each group."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import keys
from grader.course.forbidden import GROUPS

PAGE = Path(__file__).parents[2] / "docs" / "course-format.md"
SECTIONS = {
    "## course.toml": keys.COURSE,
    "### [[unit]]": keys.COURSE_UNIT,
    "## unit.toml": keys.UNIT,
    "## quiz.toml": keys.QUIZ,
    "### [[item]]": keys.ITEM,
    "### [[item.option]]": keys.OPTION,
    "### [[item.wrong]]": keys.WRONG,
    "## cards.toml": keys.CARDS,
    "### [[card]]": keys.CARD,
    "## exercise.toml": keys.EXERCISE,
    "## [limits]": keys.LIMITS,
    "## equivalent.toml": keys.EQUIVALENT,
    "## What `forbidden` may say": GROUPS,
}


def lines_of(section: str) -> list[str]:
    """The first cell of each row of the table below a heading."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n{section}\n")[1].split("\n#")[0]
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| `")]
    return [row.strip("`") for row in rows]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_has_one_line_for_each_key_in_order(section):
    assert lines_of(section) == list(SECTIONS[section])


def test_the_page_names_the_imports_that_are_allowed_when_none_are_listed():
    text = PAGE.read_text(encoding="utf-8")
    assert ", ".join(f"`{module}`" for module in keys.IMPORTS) in text
