"""`gradgym new UNIT/SLUG`: an author's new exercise."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.options import CourseOption, fail, locate_course
from grader.course.files import shown
from grader.course.model import CourseError
from grader.course.new import new_exercise


def new(
    name: Annotated[
        str, typer.Argument(metavar="UNIT/SLUG", help="Such as u03_training/my_exercise.", show_default=False)
    ],
    course: CourseOption = None,
) -> None:
    """Begin an exercise: small, complete and working, listed in course.toml. A unit that isn't there is made."""
    try:
        written = new_exercise(locate_course(course), name)
    except CourseError as error:
        fail(str(error))
    for path in written:
        typer.echo(f"  {shown(path)}")
    slug = name.strip().strip("/").rpartition("/")[2]
    typer.echo(f"It works already: `gradgym verify {slug}` proves it. Now change it bit by bit, README.md first.")
