"""TOML and folders to a `Course`. Everything that can be told without running the course's code is checked here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.course import keys
from grader.course.exercise import Surroundings, read_exercise
from grader.course.files import COURSE_FILES, is_students_copy, read_text, shown, stay_inside
from grader.course.find import find_course, find_exercise
from grader.course.limits import read_limits
from grader.course.model import Course, CourseError, Exercise, Limits, Unit
from grader.course.names import wrong_with_slug
from grader.course.needs import circle
from grader.course.toml import Table, read_toml

__all__ = ["find_course", "find_exercise", "load_course"]

OnError = Callable[[str, CourseError], None]


def load_course(root: Path, solutions: Path | None = None, *, on_error: OnError | None = None) -> Course:
    """The course in `root` (its exercises folder), with `solutions` or the folder of that name beside it.

    A student's copy has no solutions, whatever lies beside it. Raises CourseError at the first problem. With
    `on_error`, a problem of one exercise is handed to it with the slug, and the exercise is left out of the course.
    """
    root = root.absolute()
    if not (root / "course.toml").is_file():
        raise CourseError(f"{shown(root)} has no course.toml. Name the folder that holds it (often `exercises`).")
    table = Table(root / "course.toml", read_toml(root / "course.toml", root), keys.COURSE)
    if (number := table.whole("format", 1, 1000)) != keys.FORMAT:
        raise table.error("format", f"is {number}, but this gradgym reads format {keys.FORMAT}. Update gradgym.")
    for name in COURSE_FILES[1:]:
        if (root / name).exists():
            read_text(root / name, root)
    imports = _imports(table)
    listing = _listing(table, root, imports)
    around = Surroundings(
        root=root,
        solutions=_solutions(root, solutions),
        students_copy=is_students_copy(root),
        slugs=tuple(slug for unit in listing for slug in unit.slugs),
        imports=imports,
        limits=read_limits(table, Limits()),
    )
    loaded: dict[str, Exercise] = {}
    for unit in listing:
        for slug in unit.slugs:
            try:
                loaded[slug] = read_exercise(unit.folder, slug, around)
            except CourseError as error:
                _tell(on_error, slug, error)
    while problem := circle(loaded):
        _tell(on_error, *problem)
        del loaded[problem[0]]
    units = tuple(_unit(unit, loaded, around) for unit in listing)
    _numbers_differ(root, units)
    return Course(
        title=table.text("title"),
        about=table.text("about", ""),
        root=root,
        solutions=around.solutions,
        units=units,
    )


@dataclass(frozen=True)
class _Listed:
    """One [[unit]] of course.toml: its folder and its exercises in order."""

    folder: str
    slugs: tuple[str, ...]


def _imports(table: Table) -> tuple[str, ...]:
    modules = table.names("imports", keys.IMPORTS)
    for module in modules:
        if not module.isidentifier():
            raise table.error("imports", f'names "{module}", which is no top-level module. Write only its first part.')
    return modules


def _solutions(root: Path, given: Path | None) -> Path | None:
    if given is not None:
        if not given.is_dir():
            raise CourseError(f"There is no solutions folder {shown(given)}. Correct the path, or leave it out.")
        return given.absolute()
    beside = root.parent / "solutions"
    return beside if beside.is_dir() and not is_students_copy(root) else None


def _listing(table: Table, root: Path, imports: tuple[str, ...]) -> list[_Listed]:
    """The units and slugs that course.toml names, each name good and used once."""
    listing: list[_Listed] = []
    seen: dict[str, str] = {}
    for row in table.tables("unit", keys.COURSE_UNIT):
        folder, slugs = row.text("folder"), row.names("exercises")
        if reason := wrong_with_slug(folder):
            raise row.error("folder", f'is "{folder}", but the name of a unit {reason}. Rename the unit.')
        if any(folder == unit.folder for unit in listing):
            raise row.error("folder", f'"{folder}" stands in two units. Put their exercises into one.')
        for slug in slugs:
            if reason := wrong_with_slug(slug, imports):
                raise row.error("exercises", f'lists "{slug}", but that {_clause(reason)}. Rename the exercise.')
            if slug in seen:
                raise row.error("exercises", f'lists "{slug}", but {seen[slug]} has it. List it in one unit only.')
            seen[slug] = folder
        if not (root / folder).is_dir():
            raise row.error("folder", f'names "{folder}", but there is no such folder. Make it, or correct the name.')
        stay_inside(root / folder, root)
        listing.append(_Listed(folder, slugs))
    return listing


def _clause(reason: str) -> str:
    return f"is no good name: it {reason}" if reason.startswith("must") else reason


def _unit(listed: _Listed, loaded: dict[str, Exercise], around: Surroundings) -> Unit:
    path = around.root / listed.folder / "unit.toml"
    table = Table(path, read_toml(path, around.root), keys.UNIT)
    return Unit(
        folder=listed.folder,
        number=table.whole("number", 0, 999),
        title=table.text("title"),
        teaches=table.text("teaches", ""),
        exercises=tuple(loaded[slug] for slug in listed.slugs if slug in loaded),
        root=around.root,
        slugs=around.slugs,
    )


def _numbers_differ(root: Path, units: tuple[Unit, ...]) -> None:
    first: dict[int, str] = {}
    for unit in units:
        if unit.number in first:
            raise CourseError(
                f"{shown(root / unit.folder / 'unit.toml')}: `number` is {unit.number}, and so is that of "
                f"{first[unit.number]}. Give each unit its own number."
            )
        first[unit.number] = unit.folder


def _tell(on_error: OnError | None, slug: str, error: CourseError) -> None:
    if on_error is None:
        raise error
    on_error(slug, error)
