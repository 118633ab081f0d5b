"""`gradgym gradebook`: the gradebook as a file."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from webapp.commands.installation import DataOption, fail, open_database, open_settings

app = typer.Typer(no_args_is_help=True, help="The gradebook as a file.")


class Format(StrEnum):
    """What the file is."""

    CSV = "csv"
    XLSX = "xlsx"


@app.callback()
def gradebook() -> None:
    """The gradebook as a file."""


@app.command("export")
def export(
    course: Annotated[str, typer.Argument(metavar="COURSE", help="The course's name in addresses.")],
    format: Annotated[
        Format | None, typer.Option("--format", help="What the file is. Left out: as FILE ends, or csv.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write it. Left out: to stdout."),
    ] = None,
    data: DataOption = None,
) -> None:
    """Write points and totals of all students of a course."""
    kind = format or (Format.XLSX if output is not None and output.suffix == ".xlsx" else Format.CSV)
    if output is None and kind is Format.XLSX and sys.stdout.isatty():
        fail("An Excel file is nothing for a terminal: name a file with -o.")
    settings = open_settings(data)
    from sqlalchemy import select

    from webapp.db.teaching import CourseRow
    from webapp.gradebook.export import as_csv, as_xlsx
    from webapp.gradebook.table import Query, read_table

    with open_database(settings) as database, database.read() as db:
        row = db.scalar(select(CourseRow).where(CourseRow.slug == course))
        if row is None:
            known = ", ".join(db.scalars(select(CourseRow.slug).order_by(CourseRow.slug))) or "none"
            fail(f"There is no course {course} here (there is: {known}): write one of these.")
        table = read_table(db, row, Query(size=None, cells=False))
        title = row.title
    content = as_xlsx(table, title) if kind is Format.XLSX else "".join(as_csv(table)).encode()
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        fail(f"{output} can't be written ({error.strerror}): name another file with -o.")
    typer.echo(f"{len(table.rows)} students, {len(table.columns)} exercises: {output}", err=True)
