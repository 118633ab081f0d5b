"""`gradgym reset EXERCISE`: begin an exercise again."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.options import CourseOption, ExerciseArgument, fail, open_exercise
from grader.course.files import shown
from grader.course.model import CourseError
from grader.course.reset import is_unchanged, reset_stub


def reset(
    exercise: ExerciseArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    course: CourseOption = None,
) -> None:
    """Put an exercise's stub back as it was handed out. Your version is kept in a file beside it."""
    loaded, found = open_exercise(course, exercise)
    try:
        if is_unchanged(loaded, found):
            typer.echo(f"{shown(found.stub)} is still the stub: there is nothing to reset.")
            return
        if found.stub.exists() and not yes and not _agreed(shown(found.stub)):
            typer.echo("Nothing was changed.")
            raise typer.Exit(1)
        done = reset_stub(loaded, found)
    except CourseError as error:
        fail(str(error))
    except OSError as wrong:
        fail(f"{shown(found.stub)} can't be put back: {wrong.strerror}. Nothing of yours is lost; try again.")
    if done.backup:
        typer.echo(f"Your version is now in {shown(done.backup)}.")
    typer.echo(f"{shown(done.stub)} is the stub again.")


def _agreed(file: str) -> bool:
    try:
        return typer.confirm(f"Put the stub back in {file}? Your version will be kept in a file beside it.")
    except typer.Abort:
        fail("\nNothing was changed: nobody answered. Use --yes to reset without being asked.")
