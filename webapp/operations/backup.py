"""Writing a backup of a live installation: one moment of the database, whoever writes meanwhile, and the secret."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from grader import __version__
from webapp.db.database import Database
from webapp.db.people import User
from webapp.db.work import Submission
from webapp.operations.archive import DATABASE, SECRET, Manifest, write_archive
from webapp.operations.archive import BackupError as BackupError
from webapp.operations.pg_programs import run_pg
from webapp.settings import Settings

_PAGES = 2000  # copied between two breaths, so that writers get their turn


def write_backup(settings: Settings, database: Database, path: Path, *, force: bool = False) -> Manifest:
    """Write a backup to `path`, read it back, and say what is in it. Raises BackupError; then `path` is as it was."""
    path = path.absolute()
    if path.exists() and not force:
        raise BackupError(f"{path} is there already: choose another name, or add --force.")
    if not path.parent.is_dir():
        raise BackupError(f"There is no folder {path.parent}: make it first.")
    # Beside the backup, where there has to be room anyway, and readable by nobody else.
    with tempfile.TemporaryDirectory(prefix=".gradgym-backup-", dir=path.parent) as name:
        folder = Path(name)
        copy, secret = folder / DATABASE, folder / SECRET
        kind, revision, submissions, people = _copy(database, copy)
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(settings.secret)
        manifest = Manifest(
            gradgym=__version__,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            kind=kind,
            revision=revision,
            submissions=submissions,
            people=people,
        )
        write_archive(path, manifest, {DATABASE: copy, SECRET: secret})
    return manifest


def _copy(database: Database, copy: Path) -> tuple[str, str, int, int]:
    """Copy the database to a file: (kind, revision of its tables, submissions, people) of the copy."""
    if not database.is_sqlite:
        return "postgresql", *_dump(database, copy)
    _copy_sqlite(Path(database.engine.url.database or ""), copy)
    copied = Database(f"sqlite:///{copy}")
    try:
        with copied.engine.connect() as connection:
            return "sqlite", *_facts(connection)
    finally:
        copied.close()
        _leave_wal(copy)


def _dump(database: Database, copy: Path) -> tuple[str, int, int]:
    """pg_dump sees what a transaction of ours sees, so that what is counted is what is in the copy."""
    url = database.engine.url
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        words = ["--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={copy}"]
        run_pg("pg_dump", *words, url=url)
        found = _facts(connection)
    run_pg("pg_restore", "--list", str(copy), f"--file={os.devnull}", url=url)
    return found


def _facts(connection: Connection) -> tuple[str, int, int]:
    revision = MigrationContext.configure(connection).get_current_revision() or ""
    with Session(connection) as db:
        return revision, *count(db)


def count(db: Session) -> tuple[int, int]:
    """(submissions, people)."""
    return (
        db.scalar(select(func.count()).select_from(Submission)) or 0,
        db.scalar(select(func.count()).select_from(User)) or 0,
    )


def _copy_sqlite(source: Path, copy: Path) -> None:
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(copy)) as new:
        live.execute("BEGIN")  # one moment for all pages: what is written meanwhile waits in the log
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        live.backup(new, pages=_PAGES, sleep=0)
    with closing(sqlite3.connect(copy)) as new:
        must_be_whole(new, "the copy")


def must_be_whole(connection: sqlite3.Connection, what: str) -> None:
    """Raises BackupError for a database that isn't."""
    try:
        found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{what} is damaged ({error}): use another one.") from error
    if found != "ok" or dangling is not None:
        raise BackupError(f"{what} is damaged ({found}): use another one.")


def _leave_wal(copy: Path) -> None:
    """One file instead of three: everything is in the database itself, and no log beside it is needed."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
