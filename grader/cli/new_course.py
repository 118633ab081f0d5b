"""`gradgym new-course DIR`: an instructor's new course."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import fail
from grader.course.files import shown
from grader.course.model import CourseError
from grader.course.new import new_course as write_course


def new_course(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)],
) -> None:
    """Begin a course: one unit with one exercise that works already, and a README that says how to go on."""
    try:
        write_course(directory)
    except CourseError as error:
        fail(str(error))
    typer.echo(f"A small course is in {shown(directory)}. Read {shown(directory / 'README.md')}, then go there and")
    typer.echo("try `gradgym list` and `gradgym verify`.")
