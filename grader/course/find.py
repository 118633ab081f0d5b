"""Finding what a person means: the course around a folder, and the exercise behind a name or a path."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from grader.course.files import shown
from grader.course.model import Course, CourseError, Exercise
from grader.course.names import did_you_mean


def find_course(start: Path) -> Path:
    """The nearest course at or above `start`: a folder with course.toml, or `exercises` in a folder."""
    start = start.absolute()
    for folder in (start, *start.parents):
        for root in (folder, folder / "exercises"):
            if (root / "course.toml").is_file():
                return root
    raise CourseError(
        f"There is no course in {shown(start)} or in a folder above it. "
        "Go to your course's folder, or name it with --course FOLDER."
    )


def course_in(named: Path) -> Path:
    """The course in a folder that a person named: that folder, `exercises` in it, or its course.toml itself."""
    folder = named.parent if named.name == "course.toml" else named
    for root in (folder, folder / "exercises"):
        if (root / "course.toml").is_file():
            return root
    raise CourseError(
        f"There is no course.toml in {shown(named)}. Name the folder that holds it with --course (or GRADGYM_COURSE)."
    )


def find_exercise(course: Course, name: str) -> Exercise:
    """The exercise that `name` means: a slug (also a former one), unit/slug, or a path to it or into it."""
    wanted = name.strip().removesuffix("/")
    for exercise in course.exercises:
        if wanted in (exercise.slug, f"{exercise.unit}/{exercise.slug}"):
            return exercise
    for exercise in course.exercises:
        if wanted in exercise.formerly:
            return exercise
    path = Path(name)
    found = _at(course, path) if path.exists() else None
    if found is None and path.suffix in (".py", ".ipynb"):
        found = next((exercise for exercise in course.exercises if exercise.slug == path.stem), None)
    if found is None:
        _refuse(course, wanted)
    return found


def _at(course: Course, path: Path) -> Exercise | None:
    path = path.resolve()
    for exercise in course.exercises:
        folders = [folder.resolve() for folder in (exercise.folder, exercise.solution) if folder]
        if any(path.is_relative_to(folder) for folder in folders):
            return exercise
    return None


def _refuse(course: Course, name: str) -> NoReturn:
    slugs = [exercise.slug for exercise in course.exercises]
    for unit in course.units:
        if name == unit.folder:
            inside = ", ".join(exercise.slug for exercise in unit.exercises)
            raise CourseError(f'"{name}" is a unit. Name one of its exercises: {inside}.')
    raise CourseError(f'There is no exercise "{name}" in this course. {did_you_mean(Path(name).stem, slugs)}')
