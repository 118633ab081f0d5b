"""A new exercise, or a new course with one: small, complete and working, to be changed bit by bit."""

from __future__ import annotations

from pathlib import Path

from grader.course import templates
from grader.course.changes import Changes
from grader.course.files import is_students_copy, read_text, shown
from grader.course.listing import list_exercise, listed_exercises
from grader.course.load import load_course
from grader.course.model import Course, CourseError
from grader.course.names import wrong_with_slug


def new_exercise(root: Path, name: str, solutions: Path | None = None) -> tuple[Path, ...]:
    """Write the exercise `name` (UNIT/SLUG) into the course at `root` and list it in course.toml; what was written.

    Raises CourseError, with nothing changed, for a name that can't be used and for a course that can't take it.
    """
    course = load_course(root, solutions, on_error=lambda slug, error: None)
    unit, slug = _parts(course, name)
    home = _solutions_folder(course)
    folders = (course.root / unit / slug, home / unit / slug)
    for folder in folders:
        if folder.exists():
            raise CourseError(f"{shown(folder)} is there already. Choose another name, or move that folder away.")
    toml = course.root / "course.toml"
    before = read_text(toml, course.root)
    listed = listed_exercises(before)
    if slug in listed and listed[slug] != unit:
        raise CourseError(f'There is an exercise "{slug}" already, in {listed[slug]}. Choose another name.')
    with Changes() as changes:
        _write_exercise(changes, *folders, slug)
        if not (course.root / unit / "unit.toml").exists():
            number = max((other.number for other in course.units), default=0) + 1
            changes.write(course.root / unit / "unit.toml", templates.unit(unit, number))
        if slug not in listed:
            changes.write(toml, list_exercise(before, unit, slug))
        _it_loads(course.root, home, slug)
    return tuple(changes.written)


def new_course(directory: Path) -> tuple[Path, ...]:
    """A course in `directory`, which must be new or empty: one unit, one exercise, and a README for the instructor."""
    if directory.exists() and (not directory.is_dir() or any(path.name != ".git" for path in directory.iterdir())):
        raise CourseError(f"{shown(directory)} is not empty. Choose a new or empty folder.")
    root, home = directory.absolute() / "exercises", directory.absolute() / "solutions"
    unit, slug = "u01_first_steps", "part_way"
    with Changes() as changes:
        changes.write(root / "course.toml", templates.COURSE)
        changes.write(root / "pytest.ini", templates.PYTEST_INI)
        changes.write(root / unit / "unit.toml", templates.unit(unit, 1))
        changes.write(directory.absolute() / "README.md", templates.INSTRUCTOR)
        _write_exercise(changes, root / unit / slug, home / unit / slug, slug)
        _it_loads(root, home, slug)
    return tuple(changes.written)


def _parts(course: Course, name: str) -> tuple[str, str]:
    unit, slash, slug = name.strip().strip("/").partition("/")
    if not slash or not unit or not slug or "/" in slug:
        there = ", ".join(unit.folder for unit in course.units)
        raise CourseError(f'"{name}" is not UNIT/SLUG. Write both, such as {there.split(", ")[0]}/my_exercise.')
    modules = tuple({module for exercise in course.exercises for module in exercise.imports})
    for what, word, taken in (("a unit", unit, ()), ("an exercise", slug, modules)):
        if reason := wrong_with_slug(word, taken):
            raise CourseError(f'"{word}" can\'t name {what}: it {reason}. Choose another name.')
    return unit, slug


def _solutions_folder(course: Course) -> Path:
    if is_students_copy(course.root):
        raise CourseError(f"{shown(course.root)} is a student's copy. Exercises are added to the course itself.")
    if course.solutions is None and course.exercises:
        beside = shown(course.root.parent / "solutions")
        raise CourseError(f"This course has no solutions, and a new exercise needs some. Put them in {beside} first.")
    return course.solutions or course.root.parent / "solutions"


def _write_exercise(changes: Changes, public: Path, solution: Path, slug: str) -> None:
    for folder, files in ((public, templates.PUBLIC), (solution, templates.SOLUTION)):
        for name, text in files.items():
            changes.write(folder / templates.fill(name, slug), templates.fill(text, slug))


def _it_loads(root: Path, solutions: Path, slug: str) -> None:
    """Read the course again; a problem with the new exercise is raised, those of others are none of our business."""
    problems: dict[str, CourseError] = {}
    load_course(root, solutions, on_error=problems.__setitem__)
    if slug in problems:
        raise problems[slug]
