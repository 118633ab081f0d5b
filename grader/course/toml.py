"""One table of a TOML file, read key by key: each getter checks type and range, and says what to write instead."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from grader.course.files import read_text, shown
from grader.course.model import CourseError
from grader.course.names import nearest

_WANTED: dict[type[Any], str] = {str: "text in quotes", list: "a list", dict: "a table"}


class Table:
    """The values of one table. `known` maps each possible key to an example line; `where` begins each message."""

    def __init__(self, path: Path, values: Mapping[str, Any], known: Mapping[str, str], where: str = "") -> None:
        self.path = path
        self._values = values
        self._known = known
        self._where = where or shown(path)
        for key in values:
            if key not in known:
                close = nearest(key, known)
                remedy = f"Did you mean `{close}`?" if close else f"Remove it, or use one of: {', '.join(known)}."
                raise CourseError(f"{self._where}: there is no key `{key}`. {remedy}")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """Text; a key without default must be there and hold more than spaces."""
        value: str = self._typed(key, str, default)
        if default is None and not value.strip():
            raise self.wrong(key, "must not be empty")
        return value

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number between `least` and `most`."""
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.wrong(key, f"must be a whole number from {least} to {most}")
        return value

    def positive(self, key: str, most: int, default: Decimal | None = None) -> Decimal:
        """A number above 0 and up to `most`, exactly as it was written."""
        value = self._get(key, default)
        number = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(number, Decimal) or not number.is_finite() or not 0 < number <= most:
            raise self.wrong(key, f"must be a number above 0 and at most {most}")
        return number

    def number(self, key: str, least: int | None = None) -> Decimal:
        """A number of at most twelve digits before the point, exactly as it was written."""
        value = self._get(key, None)
        number = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(number, Decimal) or not number.is_finite() or not abs(number) < 10**12:
            raise self.wrong(key, "must be a number")
        if least is not None and number < least:
            raise self.wrong(key, f"must be a number from {least} on")
        return number

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def names(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of different texts, none of them empty."""
        values = self._typed(key, list, list(default) if default is not None else None)
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise self.wrong(key, "must be a list of texts in quotes")
        twice = next((value for place, value in enumerate(values) if value in values[:place]), None)
        if twice is not None:
            raise CourseError(f'{self._where}: `{key}` names "{twice}" twice. Remove one of them.')
        return tuple(values)

    def table(self, key: str, known: Mapping[str, str]) -> Table:
        """The table below `key`, empty where it is not there."""
        return Table(self.path, self._typed(key, dict, {}), known, f"{self._where}, [{key}]")

    def tables(self, key: str, known: Mapping[str, str], name: str = "", by: str | None = None) -> list[Table]:
        """The array of tables `[[key]]`, or `[[name]]` where it lies deeper.

        With `by`, messages tell one table from the others by its text at that key, or by its number.
        """
        name = name or key
        values = self._typed(key, list, None)
        if not values or not all(isinstance(value, dict) for value in values):
            raise self.wrong(key, f"must be one or more tables, each begun by [[{name}]]")
        tables = []
        for number, value in enumerate(values, 1):
            told = value.get(by) if by else None
            which = "" if by is None else f" {told}" if isinstance(told, str) else f" number {number}"
            tables.append(Table(self.path, value, known, f"{self._where}, [[{name}]]{which}"))
        return tables

    def wrong(self, key: str, wanted: str) -> CourseError:
        """The error for a key that is there with an impossible value."""
        value = written(self._values.get(key))
        return CourseError(f"{self._where}: `{key}` {wanted}, not {value}. Write, for example: {self._known[key]}")

    def error(self, key: str, problem: str) -> CourseError:
        """An error about a key, in words of the caller's own, which end with the next step."""
        return CourseError(f"{self._where}: `{key}` {problem}")

    def _get(self, key: str, default: Any) -> Any:
        value = self._values.get(key, default)
        if value is None:
            raise CourseError(f"{self._where}: the key `{key}` is missing. Add it, for example: {self._known[key]}")
        return value

    def _typed(self, key: str, kind: type[Any], default: Any) -> Any:
        value = self._get(key, default)
        if not isinstance(value, kind):
            raise self.wrong(key, f"must be {_WANTED[kind]}")
        return value


def read_toml(path: Path, root: Path) -> dict[str, Any]:
    """A TOML file that must lie in `root`, with decimal numbers exact. A problem is a CourseError with the line."""
    try:
        return tomllib.loads(read_text(path, root), parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        raise CourseError(f"{shown(path)} is not valid TOML: {wrong}. Correct that place and save the file.") from None


def written(value: object) -> str:
    """A value roughly as it stands in the file, cut after 60 characters."""
    text = str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:60]}..."
