"""The order in which exercises build on each other: it must not run in a circle."""

from __future__ import annotations

from collections.abc import Mapping

from grader.course.files import shown
from grader.course.model import CourseError, Exercise


def circle(exercises: Mapping[str, Exercise]) -> tuple[str, CourseError] | None:
    """An exercise that, step by step, needs itself, and the error that says so; None when there is none."""
    for slug in exercises:
        path = _back_to(slug, exercises)
        if path:
            way = " needs ".join([*path, slug])
            where = shown(exercises[slug].folder / "exercise.toml")
            return slug, CourseError(f"{where}: `needs` runs in a circle: {way}. Remove one of these needs.")
    return None


def _back_to(start: str, exercises: Mapping[str, Exercise]) -> list[str] | None:
    """The shortest way from `start` along needs back to `start`, without the return."""
    ways, seen = [[start]], {start}
    for way in ways:
        last = exercises.get(way[-1])
        for need in last.needs if last else ():
            if need == start:
                return way
            if need not in seen:
                seen.add(need)
                ways.append([*way, need])
    return None
