"""`gradgym courses`: which course folders are taught here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from webapp.commands.installation import DataOption, fail, open_database, open_settings

app = typer.Typer(no_args_is_help=True, help="Which course folders are taught here.")


@app.callback()
def courses() -> None:
    """Which course folders are taught here."""


@app.command("add")
def add(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The course's folder, with its solutions beside it.")],
    slug: Annotated[str, typer.Option(help="Its name in addresses: small letters, digits, hyphens.")],
    zone: Annotated[str, typer.Option(help="The time zone of its dates, such as Europe/Berlin.")] = "UTC",
    data: DataOption = None,
) -> None:
    """Teach a course here: its exercises become assignments that are open and have no deadline."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", slug):
        fail(f"{slug!r} can't be in an address: use small letters, digits and hyphens, 64 at most.")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        fail(f"There is no time zone {zone!r}: write one such as Europe/Berlin or UTC.")
    settings = open_settings(data)
    from sqlalchemy import select

    from grader.course.find import course_in
    from grader.course.load import load_course
    from grader.course.model import CourseError
    from webapp.courses.mirror import add_course
    from webapp.db.teaching import CourseRow
    from webapp.gradebook import audit

    try:
        course = load_course(course_in(folder))
    except CourseError as error:
        fail(str(error))
    if course.solutions is None:
        fail(f"{course.root} has no solutions beside it, and hidden checks are there: name the instructor's copy.")
    with open_database(settings) as database, database.write() as db:
        if db.scalar(select(CourseRow).where(CourseRow.slug == slug)) is not None:
            fail(f"There is a course {slug} already: `gradgym courses sync {slug}` brings it up to date.")
        row = add_course(db, course, slug, time_zone=zone)
        audit.record(db, None, "course.added", course=row.id, after={"slug": slug, "folder": row.folder})
    typer.echo(f"{course.title}: {len(course.exercises)} exercises, at {settings.address}/c/{slug}/.")


@app.command("sync")
def sync(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The course.")],
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="Where the course lies now, if it was moved.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Bring exercises and assignments of a course up to its folder, and say what has changed."""
    settings = open_settings(data)
    from sqlalchemy import select

    from grader.course.find import course_in
    from grader.course.load import load_course
    from grader.course.model import CourseError
    from webapp.courses.mirror import mirror
    from webapp.db.teaching import CourseRow
    from webapp.gradebook import audit

    with open_database(settings) as database:
        with database.read() as db:
            row = db.scalar(select(CourseRow).where(CourseRow.slug == slug))
            slugs = db.scalars(select(CourseRow.slug).order_by(CourseRow.slug)).all()
        if row is None:
            known = ", ".join(slugs) or "none"
            fail(
                f"There is no course {slug} here (there is: {known}): `gradgym courses add DIR --slug {slug}` adds it."
            )
        try:
            course = load_course(course_in(folder or Path(row.folder)))
        except CourseError as error:
            fail(str(error))
        if course.solutions is None:
            fail(f"{course.root} has no solutions beside it, and hidden checks are there: put them back, and sync.")
        with database.write() as db:
            row = db.get_one(CourseRow, row.id)
            row.folder = str(Path(course.root).absolute())
            said = mirror(db, row, course)
            audit.record(db, None, "course.synced", course=row.id, after={"folder": row.folder, "changes": said})
    typer.echo("\n".join(said) if said else f"{slug} is as its folder is.")


@app.command("list")
def list_courses(data: DataOption = None) -> None:
    """List the courses that are taught here, with their folders."""
    settings = open_settings(data)
    from sqlalchemy import select

    from webapp.db.teaching import CourseRow

    with open_database(settings) as database, database.read() as db:
        rows = db.scalars(select(CourseRow).order_by(CourseRow.slug)).all()
    typer.echo(
        "\n".join(f"{row.slug}  {row.title}  {row.folder}" for row in rows) or "None yet: `gradgym courses add`."
    )
