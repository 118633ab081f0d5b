"""`gradgym submit`: hand a file in, and follow it until it is graded if asked to."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from grader.cli.check import exercise_of
from grader.cli.options import console, fail
from grader.cli.server import CourseSlugOption, InsecureOption, choose_course, moment_in, nearest, server
from grader.client.errors import Refused
from grader.report.printable import one_line

if TYPE_CHECKING:
    from grader.client.answers import Course, Exercise, Submission
    from grader.client.calls import Client

_COPY = re.compile(r" ?\(\d+\)$")  # what a browser adds to the name of a second download
MOST = 64 << 20  # more is not even read; the server says what it takes


def submit(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Your file or notebook: adam.py, adam.ipynb.", show_default=False)
    ],
    exercise: Annotated[
        str | None,
        typer.Option(
            "--exercise", metavar="SLUG", help="The exercise. Left out: the file is named like it.", show_default=False
        ),
    ] = None,
    course: CourseSlugOption = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it is graded, and show the report.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Send without asking.")] = False,
    insecure: InsecureOption = False,
) -> None:
    """Hand a file in to your course's server.

    Shows the due date, the attempts that you have left and the late rule, and asks before it sends. What you have sent
    before is recognised: it uses no attempt. Exit code 0 when it was taken (with --wait: graded, whatever the score),
    2 when it was not taken, 3 when the platform failed to grade it.
    """
    content = _read(file)
    with server(insecure=insecure) as client:
        chosen = choose_course(client, course)
        meant = _exercise(client, chosen, exercise or _COPY.sub("", exercise_of(file)), named=exercise is not None)
        zone = client.me().time_zone or chosen.time_zone
        _show_terms(chosen, meant, zone)
        if not yes and sys.stdin.isatty() and not typer.confirm(f"Send {file.name}?", default=True, err=True):
            fail(f"{file.name} was not sent: do it again when you are ready.")
        sent, is_repeat = client.submit(chosen.slug, meant.slug, file.name, content)
        _say(sent, is_repeat)
        if not wait:
            if not sent.is_over:
                typer.echo("`gradgym status` shows what becomes of it.")
            return
        found = _followed(client, chosen, sent)
    _show(found)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST + 1)
    except OSError as error:
        fail(f"{file} can't be read ({error.strerror}). Name the file that you want to hand in.")
    if len(content) > MOST:
        fail(f"{file} is larger than any submission may be. Leave out data and output.")
    return content


def _exercise(client: Client, course: Course, slug: str, *, named: bool) -> Exercise:
    try:
        return client.exercise(course.slug, slug)
    except Refused as error:
        if error.status != 404:
            raise
        said = f"{one_line(course.title)} has no exercise “{slug}”"
        if not named:
            said += ", as the file is named. Say which it is for with --exercise"
        fail(f"{said}: {nearest(slug, [one.slug for one in client.exercises(course.slug)])}")


def _show_terms(course: Course, exercise: Exercise, zone: str) -> None:
    """What holds now, on stderr: the report alone goes to stdout."""
    terms = exercise.terms
    lines = [("due", "no deadline")]
    if terms.due_at is not None:
        late = f", {_count(terms.days_late, 'day')} late now" if terms.days_late else ""
        lines = [("due", moment_in(zone, terms.due_at) + late)]
    if terms.closes_at is not None and terms.closes_at != terms.due_at:
        lines.append(("closes", moment_in(zone, terms.closes_at)))
    left = f"{terms.attempts_left} of {_count(terms.attempts, 'attempt')} left" if terms.attempts else "any number"
    lines.append(("attempts", left))
    if terms.due_at is not None:
        lines.append(("late work", terms.late_rule))
    typer.echo(one_line(f"{exercise.title} ({exercise.slug}), {course.title}"), err=True)
    for label, value in lines:
        typer.echo(f"  {label:<10}{one_line(value)}", err=True)


def _say(sent: Submission, is_repeat: bool) -> None:
    if is_repeat:
        typer.echo(f"You have sent this before, as number {sent.number}: no attempt is used.")
    elif sent.position is None:
        typer.echo(f"It was taken, as your number {sent.number}.")
    else:
        typer.echo(f"It was taken, as your number {sent.number}, and is number {sent.position} in the queue.")


def _followed(client: Client, course: Course, sent: Submission) -> Submission:
    """The submission once it is graded, or can't be. A person who is looking sees how far it is."""
    from rich.console import Console

    with Console(stderr=True).status("waiting ...") as line:
        try:
            for found in client.follow(course.slug, sent.id):
                line.update(
                    "being graded ..." if found.position is None else f"number {found.position} in the queue ..."
                )
        except KeyboardInterrupt:
            line.stop()
            typer.echo("It stays in the queue: `gradgym status` shows what becomes of it.", err=True)
            raise typer.Exit(130) from None
    return found


def _show(found: Submission) -> NoReturn:
    from grader.report.json_form import ReportError, from_dict
    from grader.report.text import render_text

    if found.state == "not_graded" or found.report is None:
        typer.echo(
            "The platform could not grade it, which is not your fault: no attempt is used, and your instructor was "
            "told. `gradgym status` shows when it is graded."
        )
        raise typer.Exit(3)
    try:
        render_text(from_dict(found.report), console())
    except ReportError as error:
        fail(f"{error} Look at it in the browser.")
    raise typer.Exit(3 if found.verdict == "broken_exercise" else 0)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
