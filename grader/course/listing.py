"""Adding an exercise to the list in course.toml, as a change of its text, so that comments and layout stay."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from grader.course.model import CourseError


def list_exercise(text: str, unit: str, slug: str) -> str:
    """course.toml's text with `slug` at the end of `unit`'s exercises; a unit that isn't there comes last.

    Each possible place is tried, and the first text that *means* the course with this one exercise more is taken.
    Raises CourseError where none does.
    """
    wanted = tomllib.loads(text)
    units = wanted.setdefault("unit", [])
    row = next((row for row in units if row["folder"] == unit), None)
    if row is None:
        units.append({"folder": unit, "exercises": [slug]})
    else:
        row["exercises"].append(slug)
    for candidate in _candidates(text, unit, slug):
        if _meaning(candidate) == wanted:
            return candidate
    raise CourseError(
        f'course.toml is laid out in a way that can\'t be changed for you. Add "{slug}" to {unit} yourself.'
    )


def listed_exercises(text: str) -> dict[str, str]:
    """Each slug in course.toml's text, with its unit."""
    return {slug: row["folder"] for row in tomllib.loads(text)["unit"] for slug in row["exercises"]}


def _candidates(text: str, unit: str, slug: str) -> Iterator[str]:
    for bracket in re.finditer(r"\]", text):
        before, after = text[: bracket.start()], text[bracket.start() :]
        last_line = before.rpartition("\n")[2]
        if last_line.strip():
            body = before.rstrip()
            yield f'{body}{"" if body.endswith("[") else " " if body.endswith(",") else ", "}"{slug}"{after}'
            continue
        body = before.rstrip()
        indent = re.match(r"[ \t]*", body.rpartition("\n")[2])
        new_line = f'\n{indent[0] if indent and indent[0] else "    "}"{slug}",\n{last_line}'
        yield body + new_line + after
        for quote in reversed([found.end() for found in re.finditer("[\"']", body)]):
            yield f"{body[:quote]},{body[quote:]}{new_line}{after}"
    yield f'{text.rstrip()}\n\n[[unit]]\nfolder = "{unit}"\nexercises = ["{slug}"]\n'


def _meaning(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
