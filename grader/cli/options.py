"""What several commands share: their options, finding the course, and ending with one clear sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from grader.course.find import course_in, find_course, find_exercise
from grader.course.load import load_course
from grader.course.model import Course, CourseError, Exercise

if TYPE_CHECKING:
    from rich.console import Console


def exercise_names(incomplete: str) -> list[str]:
    """The exercises that a shell offers when Tab is pressed."""
    try:
        course = load_course(find_course(Path.cwd()), on_error=lambda slug, error: None)
    except CourseError:
        return []
    return [exercise.slug for exercise in course.exercises if exercise.slug.startswith(incomplete)]


CourseOption = Annotated[
    Path | None,
    typer.Option(
        "--course",
        envvar="GRADGYM_COURSE",
        metavar="FOLDER",
        help="The course's folder. Left out: the one you are in, or the nearest above.",
        show_default=False,
    ),
]

ExerciseArgument = Annotated[
    str,
    typer.Argument(
        metavar="EXERCISE",
        help="Its name (adam), or a path to its folder or file.",
        autocompletion=exercise_names,
        show_default=False,
    ),
]


def fail(message: str) -> NoReturn:
    """Print one sentence, which ends with the next step, to stderr, and end with exit code 2."""
    typer.echo(message, err=True)
    raise typer.Exit(2)


def locate_course(option: Path | None) -> Path:
    """The course's folder: the one named by --course or GRADGYM_COURSE, else the nearest above the current folder."""
    try:
        return find_course(Path.cwd()) if option is None else course_in(option)
    except CourseError as error:
        fail(str(error))


def open_course(option: Path | None) -> Course:
    """The course, loaded; any problem in it ends the command."""
    try:
        return load_course(locate_course(option))
    except CourseError as error:
        fail(str(error))


def open_exercise(option: Path | None, name: str) -> tuple[Course, Exercise]:
    """The course and the exercise that `name` means. Problems of other exercises don't stand in the way."""
    broken: dict[str, CourseError] = {}
    try:
        course = load_course(locate_course(option), on_error=broken.__setitem__)
        return course, find_exercise(course, name)
    except CourseError as error:
        path = Path(name)
        meant = broken.get(path.name) or broken.get(path.stem)
        fail(str(meant or error))


def console() -> Console:
    """A rich console on stdout: colours only in a terminal. Made late, because importing rich takes a while."""
    from rich.console import Console

    return Console(highlight=False)
