"""`gradgym hint EXERCISE`: the author's nudge."""

from __future__ import annotations

import shutil
import textwrap

import typer

from grader.cli.options import CourseOption, ExerciseArgument, open_exercise


def hint(exercise: ExerciseArgument, course: CourseOption = None) -> None:
    """Show the hint of an exercise: a nudge, no code."""
    _, found = open_exercise(course, exercise)
    text = found.hint or (
        f"The author gives no hint for {found.slug}. `gradgym check {found.slug}` has one for each check that fails."
    )
    typer.echo(textwrap.fill(text, min(shutil.get_terminal_size().columns, 100)))
