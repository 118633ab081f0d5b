"""`gradgym bench`: how fast this machine grades."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from grader.cli.options import CourseOption, console, fail, open_exercise


def bench(
    exercise: Annotated[str, typer.Argument(metavar="EXERCISE", help="What to measure with.")] = "sgd_step",
    course: CourseOption = None,
    count: Annotated[int, typer.Option(min=20, max=5000, help="How many submissions to grade.")] = 200,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=256, help="How many at a time.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure a cold check, a warm check, and grading behind the wall, on this machine."""
    from grader import benchmark
    from grader.jail.outer import NoWall

    _, chosen = open_exercise(course, exercise)
    if chosen.reference is None:
        fail("The bench grades references, and this copy of the course has no solutions folder.")
    try:
        figures = [
            *benchmark.cold_check(chosen),
            *benchmark.warm_check(chosen),
            *benchmark.throughput(chosen, count, jobs),
        ]
    except (NoWall, RuntimeError) as problem:
        fail(f"{problem}. `gradgym doctor` says what this machine lacks.")
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(figure) for figure in figures]))
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("what", "value", "compared", "aim"):
        table.add_column(name, justify="right" if name == "value" else "left")
    for figure in figures:
        table.add_row(figure.name, f"{figure.value:.3g} {figure.unit}", figure.compared, figure.aim)
    console().print(table)
