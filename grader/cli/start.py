"""`gradgym start DIR`: a student's copy of the course."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.list_ import how_many
from grader.cli.options import CourseOption, fail, locate_course
from grader.course.files import shown
from grader.course.load import load_course
from grader.course.model import Course, CourseError
from grader.course.start import Started, origin, start_course


def start(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to work in.", show_default=False)],
    course: CourseOption = None,
) -> None:
    """Copy the course's exercises into a folder of your own, or bring that folder up to date.

    Run it again whenever the course has something new: what you wrote is never overwritten.
    """
    root = (origin(directory) if course is None else None) or locate_course(course)
    try:
        loaded = load_course(root)
        started = start_course(loaded, directory)
    except CourseError as error:
        fail(str(error))
    _tell(started, directory, loaded)


def _tell(started: Started, directory: Path, course: Course) -> None:
    typer.echo(f"{course.title}: {how_many(course)} in {shown(directory)}.")
    if started.unchanged or started.kept:
        new, renewed = len(started.added), len(started.updated)
        typer.echo(f"{new} new and {renewed} renewed files; {len(started.unchanged)} were up to date.")
    for path in started.kept:
        news = " (the course has a newer version of it now)" if path in started.newer else ""
        typer.echo(f"Kept your {path}{news}.")
    if any(path.stem == path.parent.name for path in started.newer):
        typer.echo("`gradgym reset EXERCISE` takes the newer stub and saves your version beside it.")
    typer.echo(
        "Next: go to that folder, see the exercises with `gradgym list`, and begin with `gradgym show EXERCISE`."
    )
