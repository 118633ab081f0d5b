"""`gradgym db`: the tables of the database."""

from __future__ import annotations

import typer

from webapp.commands.installation import DataOption, open_database, open_settings

app = typer.Typer(no_args_is_help=True, help="The tables of the database.")


@app.callback()
def db() -> None:
    """The tables of the database."""


@app.command("upgrade")
def upgrade(data: DataOption = None) -> None:
    """Bring the tables to this version of gradgym. Doing it again changes nothing."""
    from webapp.db import schema

    with open_database(open_settings(data), must_be_current=False) as database:
        was_current = schema.is_current(database)
        schema.upgrade(database)
    typer.echo("The tables are as they should be." if was_current else "The tables are now of this version.")
