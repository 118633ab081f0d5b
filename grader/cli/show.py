"""`gradgym show EXERCISE`: the statement, with the facts around it."""

from __future__ import annotations

from grader.cli.list_ import plain, stars
from grader.cli.options import CourseOption, ExerciseArgument, console, fail, open_exercise
from grader.course.files import read_text, shown
from grader.course.forbidden import in_words
from grader.course.model import CourseError, Exercise
from grader.course.statement import for_terminal


def show(exercise: ExerciseArgument, course: CourseOption = None) -> None:
    """Show what an exercise asks: its statement, points, time, and the file to work in."""
    loaded, found = open_exercise(course, exercise)
    try:
        statement = for_terminal(read_text(found.statement, loaded.root))
    except CourseError as error:
        fail(str(error))
    _print(statement, _facts(found))


def _facts(exercise: Exercise) -> list[tuple[str, str]]:
    """What stands below the statement; lines without anything to say are left out."""
    facts = [
        ("goal", exercise.goal),
        ("level", f"{stars(exercise.difficulty)}   {exercise.minutes} minutes   {plain(exercise.points)} points"),
        ("teaches", ", ".join(exercise.teaches)),
        ("do first", ", ".join(exercise.needs)),
        ("write", ", ".join(exercise.provides)),
        ("not allowed", ", ".join(in_words(exercise.forbidden))),
        ("may import", ", ".join(exercise.imports)),
        ("devices", ", ".join(exercise.devices)),
        ("checks", f"{exercise.hidden_checks} hidden ones, and the public ones in {shown(exercise.public_checks)}"),
        ("your file", shown(exercise.stub)),
    ]
    return [(name, text) for name, text in facts if text]


def _print(statement: str, facts: list[tuple[str, str]]) -> None:
    from rich.markdown import Markdown
    from rich.rule import Rule
    from rich.table import Table
    from rich.text import Text

    out = console()
    out.print(Markdown(statement))
    out.print()
    out.print(Rule())
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in facts:
        table.add_row(Text(name, style="bold"), Text(text))
    out.print(table)
