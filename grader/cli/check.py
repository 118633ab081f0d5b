"""`gradgym check`: the public checks on your own file, on your own machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import CourseOption, console, exercise_names, fail, open_course, open_exercise
from grader.course.model import Course, CourseError, Exercise
from grader.course.reset import is_unchanged
from grader.report.model import Verdict

TargetArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[EXERCISE|FILE]",
        help="An exercise (adam) or a file (adam.py, adam.ipynb). Left out: the exercise whose folder you are in.",
        autocompletion=exercise_names,
        show_default=False,
    ),
]


def check(
    target: TargetArgument = None,
    course: CourseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one line of JSON.")] = False,
) -> None:
    """Run the public checks on your file or notebook.

    This is your own code on your own machine: it runs in a process of its own, without a wall. Exit code 0 when every
    check passed, 1 when something is left to do.
    """
    from grader.api import Grader, Settings, Submission

    exercise, path = find_target(course, target)
    try:
        submission = Submission(path.name, path.read_bytes())
    except OSError as error:
        fail(f"{path} can't be read ({error.strerror}). Name your file or the exercise.")
    with Grader(Settings(checks="public", walled=False)) as grader:
        report = grader.grade(submission, exercise)
    if as_json:
        from grader.report.json_form import to_json

        typer.echo(to_json(report))
    else:
        from grader.report.text import render_text

        render_text(report, console())
    if report.verdict is Verdict.NOT_GRADED:
        raise typer.Exit(3)
    raise typer.Exit(0 if report.verdict is Verdict.PASSED else 1)


def find_target(course: Path | None, target: str | None) -> tuple[Exercise, Path]:
    """The exercise that `target` means and the file to check: the exercise's own, or the one named."""
    if target is None:
        here = Path.cwd().name
        if not (Path.cwd() / "exercise.toml").is_file():
            open_course(course)  # where there is no course, that is what has to be said
            fail("Say which exercise to check (`gradgym check sgd_step`), or go to its folder; `gradgym list` has all.")
        return _own_file(*open_exercise(course, here))
    path = Path(target)
    if path.suffix in (".py", ".ipynb"):
        if not path.is_file():
            fail(f"{path} is not there. Name your file, or the exercise without {path.suffix}.")
        _, exercise = open_exercise(course, exercise_of(path))
        return exercise, path
    return _own_file(*open_exercise(course, target))


def exercise_of(path: Path) -> str:
    """The exercise that a file is meant for: what a notebook says itself, else what it is named like."""
    if path.suffix == ".ipynb":
        from grader.notebooks.reading import NotebookError, read_notebook

        try:
            return read_notebook(path.read_bytes()).meant or path.stem
        except (NotebookError, OSError):
            pass  # the report will say what is wrong with it
    return path.stem


def _own_file(course: Course, exercise: Exercise) -> tuple[Exercise, Path]:
    """The student's file for an exercise: the notebook beside it, where there is one and the file is still the stub."""
    notebook = exercise.stub.with_suffix(".ipynb")
    try:
        untouched = not exercise.stub.is_file() or is_unchanged(course, exercise)
    except CourseError:
        untouched = False
    return exercise, notebook if untouched and notebook.is_file() else exercise.stub
