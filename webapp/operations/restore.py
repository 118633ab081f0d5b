"""Putting a backup back: into an empty installation, or in place of what is there."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect

from webapp.db import schema
from webapp.db.database import Database
from webapp.operations.archive import DATABASE, SECRET, BackupError, Manifest, read_archive
from webapp.operations.backup import count, must_be_whole
from webapp.operations.pg_programs import run_pg
from webapp.operations.running import AlreadyRunning, only_one
from webapp.settings import Settings


@dataclass(frozen=True)
class Restored:
    """What an installation holds after a restore. `other_secret`: its secret is set from outside, to another one."""

    submissions: int
    people: int
    made_at: str
    other_secret: bool


def restore_backup(settings: Settings, database: Database, path: Path, *, force: bool = False) -> Restored:
    """Make this installation what the backup says. What is there is replaced only with `force`. Raises BackupError.

    Until the backup has been read, compared with its checksums and found whole, nothing is changed.
    """
    with tempfile.TemporaryDirectory(prefix=".gradgym-restore-", dir=settings.folder) as name:
        folder = Path(name)
        manifest = read_archive(path, folder)
        _must_fit(manifest, database, path)
        try:
            with only_one(settings.folder):
                if not force and _is_in_use(database):
                    raise BackupError("This installation holds people already: add --force to replace all of it.")
                secret = (folder / SECRET).read_text("ascii")
                if database.is_sqlite:
                    _restore_sqlite(database, folder / DATABASE)
                else:
                    _restore_postgresql(database, folder / DATABASE)
                schema.upgrade(database)
                other = _keep_secret(settings, folder / SECRET, secret)
                with database.read() as db:
                    return Restored(*count(db), manifest.made_at, other)
        except AlreadyRunning as error:
            raise BackupError(str(error)) from error


def _must_fit(manifest: Manifest, database: Database, path: Path) -> None:
    kind = "sqlite" if database.is_sqlite else "postgresql"
    if manifest.kind != kind:
        raise BackupError(f"{path} is of a {manifest.kind} database, this one is {kind}: set GRADGYM_DATABASE to fit.")
    if manifest.revision not in schema.known_revisions():
        raise BackupError(f"{path} was written by a later gradgym ({manifest.gradgym}): update gradgym.")


def _is_in_use(database: Database) -> bool:
    """Whether there is anybody in it. (Tables alone are no loss.)"""
    if database.is_sqlite and not Path(database.engine.url.database or "").exists():
        return False
    if not inspect(database.engine).has_table("users"):
        return False
    with database.read() as db:
        return count(db)[1] > 0


def _restore_sqlite(database: Database, copy: Path) -> None:
    target = Path(database.engine.url.database or "")
    with closing(sqlite3.connect(copy)) as connection:
        must_be_whole(connection, "the backup")
    descriptor = os.open(copy, os.O_RDWR)
    os.fsync(descriptor)
    os.close(descriptor)
    database.close()
    for beside in ("-wal", "-shm"):  # of what is replaced: they must not be taken for the new one's
        target.with_name(target.name + beside).unlink(missing_ok=True)
    os.replace(copy, target)
    database.close()


def _restore_postgresql(database: Database, copy: Path) -> None:
    """All in one transaction: a restore that fails leaves what was there."""
    url = database.engine.url
    gone, script = copy.with_name("gone.sql"), copy.with_name("restore.sql")
    tables = ", ".join(f'"{name}"' for name in ("alembic_version", *sorted(schema.METADATA.tables)))
    gone.write_text(f"DROP TABLE IF EXISTS {tables} CASCADE;\n", "ascii")
    run_pg("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(copy), url=url)
    words = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    run_pg("psql", *words, f"--file={gone}", f"--file={script}", url=url)
    database.close()


def _keep_secret(settings: Settings, copy: Path, secret: str) -> bool:
    """The backup's secret becomes the installation's; True where the environment says another one, which then holds."""
    kept = settings.folder / "secret"
    was_in_file = kept.exists() and kept.read_text("ascii").strip() == settings.secret
    os.replace(copy, kept)
    return not was_in_file and settings.secret != secret
