"""What several commands share: which installation is meant, its settings and database, and ending with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from webapp.db.database import Database
    from webapp.settings import Settings

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="The installation's folder. Left out: GRADGYM_DATA, or gradgym-data in the current folder.",
        show_default=False,
    ),
]


def fail(message: str) -> NoReturn:
    """Print one sentence, which ends with the next step, to stderr, and end with exit code 2."""
    typer.echo(message, err=True)
    raise typer.Exit(2)


def open_settings(data: Path | None) -> Settings:
    """The settings of the installation; any problem with them ends the command."""
    try:
        from webapp.settings import SettingsError, load_settings
        from webapp.web import server  # noqa: F401 - to see whether the server's packages are there
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.startswith(("webapp", "grader")):
            raise
        fail(f"The server's packages are not installed ({missing.name}): run pip install 'gradgym[server]'.")
    try:
        return load_settings(data)
    except SettingsError as error:
        fail(str(error))


@contextmanager
def open_database(settings: Settings, *, must_be_current: bool = True) -> Iterator[Database]:
    """The installation's database. That it is away, or its tables are of another version, ends the command."""
    from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError

    from webapp.db.database import Database
    from webapp.db.schema import NewerSchema, is_current

    try:
        database = Database(settings.database)
    except (ArgumentError, NoSuchModuleError):
        fail("GRADGYM_DATABASE is no address of a database: write postgresql://user@host/name, or leave it out.")
    try:
        if must_be_current and not is_current(database):
            fail("The database's tables are not of this version: run `gradgym db upgrade` first.")
        yield database
    except NewerSchema as error:
        fail(str(error))
    except (OperationalError, InterfaceError) as error:
        said = str(error.orig).strip().splitlines()
        fail(
            f"The database can't be used ({said[0] if said else 'no reason given'}): see that it runs, then try again."
        )
    finally:
        database.close()
