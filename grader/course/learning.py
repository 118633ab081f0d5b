"""What a unit teaches beside its exercises: quiz, flash cards and cheat sheet, read when somebody asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from grader.course import keys
from grader.course.files import read_text, shown
from grader.course.model import CourseError
from grader.course.names import did_you_mean, nearest
from grader.course.quiz import Choice, Item, Numeric, Option, Slip, option_key
from grader.course.toml import Table, read_toml

if TYPE_CHECKING:
    from grader.course.model import Course

_KINDS: Final = {"choice": ("option",), "numeric": ("answer", "tolerance", "unit", "wrong")}


@dataclass(frozen=True, kw_only=True)
class Card:
    """A flash card: two sides of Markdown with $math$."""

    id: str
    front: str
    back: str


@dataclass(frozen=True, kw_only=True)
class Material:
    """The three files of a unit. Each is read and checked at first use, and empty where there is none."""

    root: Path
    folder: str
    slugs: tuple[str, ...]  # of the whole course

    @property
    def path(self) -> Path:
        return self.root / self.folder

    @cached_property
    def quiz(self) -> tuple[Item, ...]:
        rows = self._rows("quiz.toml", keys.QUIZ, "item", keys.ITEM)
        return tuple(_item(row, self.slugs) for row in rows)

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        rows = self._rows("cards.toml", keys.CARDS, "card", keys.CARD)
        return tuple(Card(id=row.text("id"), front=row.text("front"), back=row.text("back")) for row in rows)

    @cached_property
    def cheatsheet(self) -> str:
        path = self.path / "cheatsheet.md"
        if not path.exists():
            return ""
        text = read_text(path, self.root)
        if not text.strip():
            raise CourseError(f"{shown(path)} is empty. Write the unit's formulas on it, or remove the file.")
        return text

    def _rows(self, name: str, top: dict[str, str], key: str, known: dict[str, str]) -> list[Table]:
        path = self.path / name
        if not path.exists():
            return []
        rows = Table(path, read_toml(path, self.root), top).tables(key, known, by="id")
        seen: set[str] = set()
        for row in rows:
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", identity := row.text("id")):
                raise row.wrong("id", "must be lower-case letters, digits and hyphens")
            if identity in seen:
                raise row.error("id", f'"{identity}" stands twice in this file. Give each its own.')
            seen.add(identity)
        return rows


def learning_problems(course: Course) -> list[str]:
    """What is wrong with the quizzes, cards and cheat sheets of a course: a sentence for each file or doubled id."""
    problems: list[str] = []
    first: dict[str, Path] = {}
    for unit in course.units:
        for name, identities in _files(unit.material):
            try:
                for identity in identities():
                    path = unit.material.path / name
                    if identity in first:
                        problems.append(
                            f'{shown(path)}: `id` "{identity}" stands in {shown(first[identity])}, too. '
                            "Give one of them another id."
                        )
                    first.setdefault(identity, path)
            except CourseError as problem:
                problems.append(str(problem))
    return problems


def _files(material: Material) -> Iterator[tuple[str, Callable[[], list[str]]]]:
    yield "quiz.toml", lambda: [item.id for item in material.quiz]
    yield "cards.toml", lambda: [card.id for card in material.cards]
    yield "cheatsheet.md", lambda: list(material.cheatsheet[:0])  # read, but without ids


def _item(row: Table, slugs: Sequence[str]) -> Item:
    kind = row.text("kind")
    if kind not in _KINDS:
        raise row.error("kind", f'is "{kind}", which is unknown. {did_you_mean(kind, _KINDS)}')
    for other, own in _KINDS.items():
        for key in own:
            if other != kind and key in row:
                raise row.error(key, f'belongs to `kind = "{other}"`, and this is a {kind} item. Remove it.')
    common: dict[str, Any] = {
        "id": row.text("id"),
        "question": row.text("question"),
        "explain": row.text("explain"),
        "teaches": row.names("teaches", ()),
        "exercises": _exercises(row, slugs),
    }
    return _choice(row, common) if kind == "choice" else _numeric(row, common)


def _exercises(row: Table, slugs: Sequence[str]) -> tuple[str, ...]:
    names = row.names("exercises", ())
    for name in names:
        if name not in slugs:
            close = nearest(name, slugs)
            remedy = f"Did you mean `{close}`?" if close else "Correct it, or take it off the list."
            raise row.error("exercises", f'names "{name}", which is not in this course. {remedy}')
    return names


def _choice(row: Table, common: dict[str, Any]) -> Choice:
    options: list[Option] = []
    for table in row.tables("option", keys.OPTION, name="item.option", by=""):
        text, right = table.text("text"), table.flag("right", False)
        if right and "why" in table:
            raise table.error("why", "stands at the right option. Say in the item's `explain` why it is right.")
        if any(option.text == text for option in options):
            raise table.error("text", "is that of an earlier option. Make them different.")
        why = "" if right else table.text("why")
        options.append(Option(key=option_key(common["id"], text), text=text, right=right, why=why))
    count = sum(option.right for option in options)
    if count != 1:
        raise row.error("option", f"has {count} options with `right = true`. Mark exactly one.")
    if len(options) < 2:
        raise row.error("option", "stands only once. Give at least two options.")
    return Choice(options=tuple(options), **common)


def _numeric(row: Table, common: dict[str, Any]) -> Numeric:
    answer, tolerance = Fraction(row.number("answer")), Fraction(row.number("tolerance", least=0))
    slips: list[Slip] = []
    for table in row.tables("wrong", keys.WRONG, name="item.wrong", by="") if "wrong" in row else []:
        value = Fraction(table.number("value"))
        if abs(value - answer) <= tolerance:
            raise table.wrong("value", "must differ from the answer by more than the tolerance")
        if any(abs(value - slip.value) <= tolerance for slip in slips):
            raise table.wrong("value", "must differ from the wrong values above it by more than the tolerance")
        slips.append(Slip(value=value, why=table.text("why")))
    return Numeric(answer=answer, tolerance=tolerance, unit=row.text("unit", ""), slips=tuple(slips), **common)
