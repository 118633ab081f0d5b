"""One exercise: its TOML and its files, checked, as an `Exercise`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.course import keys
from grader.course.files import SOLUTION_FILES, exercise_files, read_text, shown
from grader.course.forbidden import expand
from grader.course.limits import read_limits
from grader.course.model import CourseError, Exercise, Limits
from grader.course.names import did_you_mean
from grader.course.toml import Table, read_toml


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What an exercise is read within: the course's folders, all its slugs, its imports and its limits."""

    root: Path
    solutions: Path | None
    students_copy: bool
    slugs: tuple[str, ...]
    imports: tuple[str, ...]
    limits: Limits


def read_exercise(unit: str, slug: str, around: Surroundings) -> Exercise:
    """The exercise in `unit/slug`. Raises CourseError for a wrong key, or for a file that is missing or unreadable."""
    folder = around.root / unit / slug
    if not folder.is_dir():
        raise CourseError(
            f'{shown(around.root / "course.toml")}: `exercises` lists "{slug}", '
            f"but there is no folder {shown(folder)}. "
            f"{_restore(around) or f'Make it with `gradgym new {unit}/{slug}`, or take it off the list.'}"
        )
    _public_files_are_there(folder, slug, around)
    table = Table(folder / "exercise.toml", read_toml(folder / "exercise.toml", around.root), keys.EXERCISE)
    return Exercise(
        slug=slug,
        unit=unit,
        title=table.text("title"),
        goal=table.text("goal"),
        points=_milli_points(table),
        difficulty=table.whole("difficulty", 1, 5),
        minutes=table.whole("minutes", 1, 100_000),
        teaches=table.names("teaches", ()),
        needs=_needs(table, around.slugs),
        provides=_provides(table),
        forbidden=_forbidden(table),
        imports=_imports(table, around.imports),
        devices=_devices(table),
        hidden_checks=table.whole("hidden_checks", 1, 1000),
        picture=table.text("picture", ""),
        hint=table.text("hint", ""),
        formerly=_formerly(table, around.slugs),
        margin=table.text("margin", ""),
        limits=read_limits(table, around.limits),
        folder=folder,
        solution=_solution(unit, slug, around),
    )


_PURPOSE = {
    "exercise.toml": "title, points and limits",
    "README.md": "the statement",
    "test_public.py": "the public checks",
    "test_hidden.py": "the hidden checks",
    "mistakes.py": "the known mistakes",
}


def _public_files_are_there(folder: Path, slug: str, around: Surroundings) -> None:
    stub = f"{slug}.py"
    for name in exercise_files(slug):
        path = folder / name
        if name == stub and around.students_copy:
            continue  # the student's own file: it may be gone, or hold anything
        if path.is_file():
            read_text(path, around.root)
        elif name != "kit.py":
            remedy = _restore(around) or "Add the file."
            raise CourseError(f"{shown(path)} is missing ({_PURPOSE.get(name, 'the stub')}). {remedy}")


def _restore(around: Surroundings) -> str:
    return "Run `gradgym start` on this folder again to get it back." if around.students_copy else ""


def _solution(unit: str, slug: str, around: Surroundings) -> Path | None:
    if around.solutions is None:
        return None
    folder = around.solutions / unit / slug
    for name in (f"{slug}.py", *SOLUTION_FILES):
        if not (folder / name).is_file():
            purpose = _PURPOSE.get(name, "the reference")
            raise CourseError(f"{shown(folder / name)} is missing ({purpose}). Each exercise needs it: add the file.")
        read_text(folder / name, around.solutions)
    return folder


def _milli_points(table: Table) -> int:
    milli = table.positive("points", 100_000) * 1000
    if milli != int(milli):
        raise table.wrong("points", "may have at most three decimals")
    return int(milli)


def _needs(table: Table, slugs: tuple[str, ...]) -> tuple[str, ...]:
    needs = table.names("needs", ())
    for need in needs:
        if need not in slugs:
            raise table.error("needs", f'names "{need}", which is not in this course. {did_you_mean(need, slugs)}')
    return needs


def _provides(table: Table) -> tuple[str, ...]:
    provides = table.names("provides")
    if not provides or not all(name.isidentifier() for name in provides):
        raise table.wrong("provides", "must list the Python names that a student defines")
    return provides


def _forbidden(table: Table) -> tuple[str, ...]:
    try:
        return expand(table.names("forbidden", ()))
    except CourseError as wrong:
        raise table.error("forbidden", f"can't be used: {wrong}") from None


def _imports(table: Table, allowed: tuple[str, ...]) -> tuple[str, ...]:
    imports = table.names("imports", allowed)
    for module in imports:
        if module not in allowed:
            raise table.error(
                "imports",
                f'names "{module}", which the course doesn\'t allow. Add it to `imports` in course.toml first.',
            )
    return imports


def _devices(table: Table) -> tuple[str, ...]:
    devices = table.names("devices", ("cpu",))
    for device in devices:
        if device not in keys.DEVICES:
            raise table.error("devices", f'names "{device}", which is unknown. {did_you_mean(device, keys.DEVICES)}')
    if "cpu" not in devices:
        raise table.wrong("devices", "must contain the cpu, which everybody has")
    return devices


def _formerly(table: Table, slugs: tuple[str, ...]) -> tuple[str, ...]:
    names = table.names("formerly", ())
    for name in names:
        if name in slugs:
            raise table.error("formerly", f'names "{name}", which is an exercise of this course. Remove it there.')
    return names
