"""`gradgym list`: the course at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.cli.options import CourseOption, console, fail, locate_course
from grader.course.load import load_course
from grader.course.model import Course, CourseError, Exercise, Unit

if TYPE_CHECKING:
    from rich.table import Table

_WIDE = 120  # from this width on there is room for titles


def list_exercises(course: CourseOption = None) -> None:
    """Show the units and exercises: how hard, how long, how many points, on which devices, and what to do first."""
    broken: dict[str, CourseError] = {}
    try:
        loaded = load_course(locate_course(course), on_error=broken.__setitem__)
    except CourseError as error:
        fail(str(error))
    _print(loaded)
    if broken:
        fail("\n".join(str(error) for error in broken.values()))


def _print(course: Course) -> None:
    from rich.text import Text

    out = console()
    out.print(Text(course.title, style="bold"))
    if course.about:
        out.print(Text(course.about))
    for unit in course.units:
        out.print()
        out.print(_table(unit, with_titles=out.width >= _WIDE))
    minutes = sum(exercise.minutes for exercise in course.exercises)
    points = sum(exercise.points for exercise in course.exercises)
    out.print(f"{how_many(course)}, {plain(points)} points, about {_hours(minutes)}.", markup=False)
    out.print("Read one with `gradgym show EXERCISE`.", markup=False)


def _table(unit: Unit, *, with_titles: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    heading = Text(f"Unit {unit.number}: {unit.title}", style="bold cyan")
    table = Table(title=heading, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    longest = max((len(exercise.slug) for exercise in unit.exercises), default=8)
    table.add_column("exercise", min_width=min(longest, 30), overflow="fold")
    if with_titles:
        table.add_column("title", ratio=3)
    table.add_column("level", no_wrap=True)
    table.add_column("min", justify="right", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("devices", no_wrap=True)
    table.add_column("do first", ratio=2, overflow="fold")
    for exercise in unit.exercises:
        title = [Text(exercise.title)] if with_titles else []
        table.add_row(Text(exercise.slug), *title, *(Text(fact) for fact in _facts(exercise)))
    return table


def _facts(exercise: Exercise) -> tuple[str, ...]:
    return (
        stars(exercise.difficulty),
        str(exercise.minutes),
        plain(exercise.points),
        " ".join(exercise.devices),
        ", ".join(exercise.needs) or "-",
    )


def how_many(course: Course) -> str:
    return "1 exercise" if len(course.exercises) == 1 else f"{len(course.exercises)} exercises"


def stars(difficulty: int) -> str:
    return "●" * difficulty + "○" * (5 - difficulty)


def plain(milli: int) -> str:
    """Milli-points as a person writes them: 1250 is 1.25, 3000 is 3."""
    return f"{milli / 1000:.3f}".rstrip("0").rstrip(".")


def _hours(minutes: int) -> str:
    return f"{minutes} minutes" if minutes < 90 else f"{minutes / 60:.0f} hours"
