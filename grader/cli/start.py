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
from grader.course.start import Started, has_notebooks, origin, start_course


def start(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to work in.", show_default=False)],
    course: CourseOption = None,
    notebooks: Annotated[
        bool, typer.Option("--notebooks", help="Also each exercise as a notebook, beside its file.")
    ] = False,
) -> None:
    """Copy the course's exercises into a folder of your own, or bring that folder up to date.

    Run it again whenever the course has something new: what you wrote is never overwritten.
    """
    root = (origin(directory) if course is None else None) or locate_course(course)
    try:
        loaded = load_course(root)
        made = _notebooks(loaded) if notebooks or has_notebooks(directory) else {}
        started = start_course(loaded, directory, made)
    except CourseError as error:
        fail(str(error))
    _tell(started, directory, loaded)


def _notebooks(course: Course) -> dict[Path, bytes]:
    """Each exercise's notebook, by its place in a student's copy."""
    from grader.notebooks.making import notebook_of
    from grader.notebooks.reading import NotebookError

    try:
        return {
            Path(exercise.unit, exercise.slug, f"{exercise.slug}.ipynb"): notebook_of(course, exercise).encode()
            for exercise in course.exercises
        }
    except NotebookError as error:
        fail(str(error))


def _tell(started: Started, directory: Path, course: Course) -> None:
    typer.echo(f"{course.title}: {how_many(course)} in {shown(directory)}.")
    if started.unchanged or started.kept:
        new, renewed = len(started.added), len(started.updated)
        typer.echo(f"{new} new and {renewed} renewed files; {len(started.unchanged)} were up to date.")
    for path in started.kept:
        news = " (the course has a newer version of it now)" if path in started.newer else ""
        typer.echo(f"Kept your {path}{news}.")
    yours = {path.suffix for path in started.newer if path.stem == path.parent.name}
    if ".py" in yours:
        typer.echo("`gradgym reset EXERCISE` takes the newer stub and saves your version beside it.")
    if ".ipynb" in yours:
        typer.echo("`gradgym notebook EXERCISE -o FILE` makes the newer notebook under a name of your choice.")
    typer.echo(
        "Next: go to that folder, see the exercises with `gradgym list`, and begin with `gradgym show EXERCISE`."
    )
