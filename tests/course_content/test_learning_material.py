"""Quizzes, cards and cheat sheets of the shipped course: all there, all readable, and docs/course.md tells where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.learning import Material, learning_problems
from grader.course.load import load_course
from grader.course.model import Course
from grader.course.quiz import Choice

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "course.md").read_text("utf-8")
TOPICS = (Path(__file__).parent / "topics.txt").read_text("utf-8").splitlines()

ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]]
    for line in PAGE.split("\n| topic |")[1].split("\n\n")[0].splitlines()[2:]
]
NAMED = {word for row in ROWS for word in re.findall(r"`([^`]+)`", row[1])}  # slugs


def units() -> list[tuple[int, Material]]:
    """Number and material of each unit; an exercise that only docs/course.md names may be named by an item, too."""
    return [
        (unit.number, replace(unit.material, slugs=(*unit.material.slugs, *NAMED)))
        for unit in load_course(ROOT / "exercises", on_error=lambda slug, error: None).units
    ]


UNITS = units()


def texts(material: Material) -> Iterator[tuple[str, str]]:
    """Every text of a unit, with what it belongs to."""
    for item in material.quiz:
        yield item.id, item.question
        yield item.id, item.explain
        if isinstance(item, Choice):
            yield from ((item.id, option.text) for option in item.options)
            yield from ((item.id, option.why) for option in item.options if not option.right)
        else:
            yield from ((item.id, slip.why) for slip in item.slips)
    for card in material.cards:
        yield card.id, card.front
        yield card.id, card.back
    yield "the cheat sheet", material.cheatsheet


def one_unit(function):
    return pytest.mark.parametrize(("number", "material"), UNITS, ids=[unit.folder for _, unit in UNITS])(function)


def test_there_are_ten_units() -> None:
    assert [number for number, _ in UNITS] == list(range(1, 11))


def test_verify_has_nothing_to_say(course: Course) -> None:
    assert learning_problems(course) == []


@one_unit
def test_each_unit_has_a_quiz_cards_and_a_cheat_sheet(number: int, material: Material) -> None:
    assert len(material.quiz) >= 5
    assert len(material.cards) >= 6
    assert 40 <= len(material.cheatsheet.splitlines()) <= 90
    assert material.cheatsheet.startswith("# ")


@one_unit
def test_ids_are_numbered_within_the_unit(number: int, material: Material) -> None:
    assert [item.id for item in material.quiz] == [f"{number}-{i}" for i in range(1, len(material.quiz) + 1)]
    assert [card.id for card in material.cards] == [f"c{number}-{i}" for i in range(1, len(material.cards) + 1)]


@one_unit
def test_each_item_teaches_something_and_has_wrong_answers(number: int, material: Material) -> None:
    for item in material.quiz:
        assert item.teaches, item.id
        assert len(item.options if isinstance(item, Choice) else item.slips) >= 3, item.id


@one_unit
def test_math_is_closed_and_lines_are_lines(number: int, material: Material) -> None:
    for name, text in texts(material):
        outside = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
        assert outside.count("$") % 2 == 0, f"{name}: a $ is missing in {text[:80]!r}"
        for math in re.findall(r"\$+([^$]+)\$+", outside):
            assert math.count("{") == math.count("}"), f"{name}: braces of {math!r}"
            assert math.count(r"\left") - math.count(r"\leftarrow") == math.count(r"\right"), f"{name}: {math!r}"
        assert name == "the cheat sheet" or "\n" not in text, name
        assert not re.search(r"\b(TODO|FIXME|XXX)\b|[ \t]\n", text), name


@one_unit
def test_tables_of_a_sheet_are_rectangles(number: int, material: Material) -> None:
    table = 0
    for line in material.cheatsheet.splitlines():
        bars = line.count("|") if line.startswith("|") else 0
        assert not (table and bars) or bars == table, line
        table = bars


@one_unit
def test_no_option_speaks_of_its_place(number: int, material: Material) -> None:
    for item in material.quiz:
        for option in item.options if isinstance(item, Choice) else ():
            assert not re.search(
                r"(all|none|both) of (these|them)|options? (above|below)|other options?", option.text.lower()
            ), item.id


@one_unit
def test_the_right_option_is_not_told_by_its_length(number: int, material: Material) -> None:
    for item in material.quiz:
        if isinstance(item, Choice) and len(item.right.text) > 20:
            longest = max(len(option.text) for option in item.options if not option.right)
            assert len(item.right.text) <= 1.6 * longest, f"{item.id}: {len(item.right.text)} letters against {longest}"


def test_shuffling_puts_the_right_option_into_every_place() -> None:
    places = [
        item.shuffled("ada").index(item.right)
        for _, material in UNITS
        for item in material.quiz
        if isinstance(item, Choice)
    ]
    assert set(places) == {0, 1, 2, 3}


# docs/course.md


def test_the_page_has_a_row_for_each_topic() -> None:
    assert [row[0] for row in ROWS] == TOPICS


def test_each_exercise_of_the_page_is_there(course: Course) -> None:
    missing = NAMED - {exercise.slug for exercise in course.exercises}
    assert not missing, f"docs/course.md names exercises that aren't there: {', '.join(sorted(missing))}"


def test_each_exercise_is_on_the_page(course: Course) -> None:
    missing = {exercise.slug for exercise in course.exercises} - NAMED
    assert not missing, f"docs/course.md gives no topic to {', '.join(sorted(missing))}"


@pytest.mark.parametrize("column", [2, 3, 4], ids=["quiz", "cards", "cheat sheets"])
def test_each_id_of_the_page_is_there_and_each_is_on_the_page(column: int) -> None:
    there = {
        2: {item.id for _, material in UNITS for item in material.quiz},
        3: {card.id for _, material in UNITS for card in material.cards},
        4: {f"S{number}" for number, material in UNITS if material.cheatsheet},
    }[column]
    named = {word for row in ROWS for word in re.findall(r"`([^`]+)`", row[column])}
    assert not named - there, f"docs/course.md names {sorted(named - there)}"
    assert not there - named, f"docs/course.md leaves out {sorted(there - named)}"


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_topic_has_an_exercise_and_a_sheet(row: list[str]) -> None:
    assert len(row) == 5
    assert row[4], "no cheat sheet"
    assert row[1] or row[0] == "Cheat sheets", "no exercise"
