"""`gradgym status`: what one has for each exercise, when what is due, and what still waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.cli.options import console
from grader.cli.server import CourseSlugOption, InsecureOption, choose_course, moment_in, server

if TYPE_CHECKING:
    from rich.text import Text

    from grader.client.answers import Course, Exercise, Submission
    from grader.report.ink import Ink


def status(course: CourseSlugOption = None, insecure: InsecureOption = False) -> None:
    """Show your exercises on the server: points, verdict, due date, attempts left, and your place in the queue."""
    with server(insecure=insecure) as client:
        chosen = choose_course(client, course)
        zone = client.me().time_zone or chosen.time_zone
        exercises = client.exercises(chosen.slug)
        unfinished = [one for one in client.submissions(chosen) if one.state != "graded"]
    _print(chosen, exercises, unfinished, zone)


def _print(course: Course, exercises: list[Exercise], unfinished: list[Submission], zone: str) -> None:
    from rich import box
    from rich.table import Table

    from grader.report.ink import Ink

    out = console()
    ink = Ink(out)
    table = Table(title=ink.line(course.title, "bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("exercise", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("due", overflow="fold")
    table.add_column("attempts left", justify="right")
    waiting = {one.exercise for one in unfinished if not one.is_over}
    for one in exercises:
        left = one.terms.attempts_left
        table.add_row(
            ink.line(one.slug),
            ink.line(_points(one)),
            _standing(one, one.slug in waiting, ink),
            ink.line(moment_in(zone, one.terms.due_at) if one.terms.due_at else ""),
            ink.line("" if left is None else str(left)),
        )
    out.print(table)
    for sent in unfinished:
        said = f"number {sent.position} in the queue" if sent.position else "being graded"
        if sent.is_over:
            said = "the platform could not grade it, and your instructor was told; no attempt is used"
        out.print(ink.line(f"{sent.filename}, your number {sent.number} of {sent.exercise}: {said}"))


def _points(one: Exercise) -> str:
    got = one.result.points if one.result else None
    return f"{'–' if got is None else f'{got:g}'} / {one.points:g}"


def _standing(one: Exercise, is_waiting: bool, ink: Ink) -> Text:
    """The verdict in its symbol and word, or what is still to come."""
    from rich.text import Text

    from grader.report.model import Verdict
    from grader.report.verdict_words import WORDS

    if is_waiting:
        return ink.line("waiting")
    if one.result is None or not one.result.verdict:
        return ink.line("" if one.terms.is_open else "not open", "dim")
    if one.result.is_overridden:
        return ink.line("by hand")
    try:
        verdict = Verdict(one.result.verdict)
    except ValueError:
        return ink.line(one.result.verdict)  # a newer server's
    return Text.assemble(ink.symbol(verdict), " ", ink.line(WORDS[verdict].word))
