"""`gradgym notebook EXERCISE`: an exercise as a Jupyter notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import CourseOption, ExerciseArgument, fail, open_exercise
from grader.course.files import shown
from grader.course.model import CourseError


def notebook(
    exercise: ExerciseArgument,
    course: CourseOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The notebook's file. Left out: EXERCISE.ipynb here.", show_default=False),
    ] = None,
) -> None:
    """Write an exercise as a notebook: its statement, a cell for the answer, and a cell that checks it.

    A file that is there already is left alone.
    """
    from grader.notebooks.making import notebook_of
    from grader.notebooks.reading import NotebookError

    loaded, found = open_exercise(course, exercise)
    path = output or Path(f"{found.slug}.ipynb")
    try:
        text = notebook_of(loaded, found)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except (CourseError, NotebookError) as error:
        fail(str(error))
    except FileExistsError:
        fail(f"{shown(path)} is there already, and may be your work. Name another file with --output.")
    except OSError as error:
        fail(f"{shown(path)} can't be written ({error.strerror}). Name another file with --output.")
    typer.echo(
        f"{shown(path)} is the notebook of {found.slug}. Open it in Jupyter; `gradgym check FILE` checks it, too."
    )
