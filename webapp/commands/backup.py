"""`gradgym backup` and `gradgym restore`: a whole installation as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from webapp.commands.installation import DataOption, fail, open_database, open_settings


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, such as gradgym-2026-11-21.backup.")],
    data: DataOption = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write everything of this installation into one file, while it runs. Course folders are not in it."""
    settings = open_settings(data)
    from webapp.operations.backup import BackupError, write_backup

    with open_database(settings) as database:
        try:
            written = write_backup(settings, database, file, force=force)
        except BackupError as error:
            fail(str(error))
    rows = f"{written.submissions} submissions, {written.people} people"
    typer.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB, {rows}, read back and found whole. Keep it secret.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `gradgym backup` wrote.")],
    data: DataOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what the installation holds now.")] = False,
) -> None:
    """Make an installation what it was when the backup was written. Stop `gradgym serve` before."""
    settings = open_settings(data)
    from webapp.operations.backup import BackupError
    from webapp.operations.restore import restore_backup

    with open_database(settings, must_be_current=False) as database:
        try:
            found = restore_backup(settings, database, file, force=force)
        except BackupError as error:
            fail(str(error))
    typer.echo(f"Restored: {found.submissions} submissions, {found.people} people, as of {found.made_at}.")
    if found.other_secret:
        typer.echo(
            "GRADGYM_SECRET is set, and is not the one of the backup: people sign in again, and hidden checks draw "
            "other inputs. Set it to the one it was before to avoid that.",
            err=True,
        )
