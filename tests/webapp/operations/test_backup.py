"""`gradgym backup` and `restore`: of a live installation, on both databases, whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from webapp.db.database import Database
from webapp.db.people import User
from webapp.db.schema import upgrade
from webapp.db.work import Result, Source
from webapp.operations.archive import BackupError
from webapp.operations.backup import write_backup
from webapp.operations.restore import restore_backup
from webapp.operations.running import only_one
from webapp.settings import Settings

from ..conftest import RIGHT

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def elsewhere(site: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """The settings of an empty installation on a database of the same kind."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "secret").write_text("another secret")
    address = f"sqlite:///{folder / 'gradgym.db'}"
    if not site.database.is_sqlite:
        server = request.getfixturevalue("postgresql")
        server.run("CREATE DATABASE restored_into")
        address = server.address("restored_into")
    yield Settings(folder=folder, database=address, secret="another secret")
    if not site.database.is_sqlite:
        server.run("DROP DATABASE restored_into WITH (FORCE)")


@pytest.fixture
def opened(elsewhere: Settings) -> Iterator[Database]:
    database = Database(elsewhere.database)
    yield database
    database.close()


Backup = Callable[[], Path]


@pytest.fixture
def file(site: Any, tmp_path: Path) -> Path:
    """A backup of the site, in which ada's submission was graded and bob's waits."""
    site.graded("ada")
    site.submit("bob", RIGHT + b"# bob's\n")
    path = tmp_path / "monday.backup"
    written = write_backup(site.settings, site.database, path)
    assert (written.submissions, written.people) == (2, 6)
    return path


def test_what_was_backed_up_is_there_again_and_work_goes_on(
    site: Any, file: Path, elsewhere: Settings, opened: Database
) -> None:
    site.submit("ada", b"x = 'sent after the backup'\n")
    found = restore_backup(elsewhere, opened, file)
    assert (found.submissions, found.people, found.other_secret) == (2, 6, False)
    assert (elsewhere.folder / "secret").read_text() == site.settings.secret
    with opened.read() as db:
        result = db.get_one(Result, (site.enrolments["ada"], site.assignments["double_it"]))
        assert (result.points, result.verdict) == (3000, "passed")
        assert RIGHT + b"# bob's\n" in db.scalars(select(Source.content)).all()
    with opened.write() as db:  # new rows get new numbers
        db.add(User(email="new@example.org", name="New"))


def test_a_backup_is_for_its_owner_only(file: Path) -> None:
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600


def test_neither_a_backup_nor_an_installation_is_overwritten_without_force(site: Any, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(BackupError, match="there already: choose another name"):
        write_backup(site.settings, site.database, file)
    assert file.read_bytes() == before
    with pytest.raises(BackupError, match="holds people already: add --force"):
        restore_backup(site.settings, site.database, file)
    assert write_backup(site.settings, site.database, file, force=True).submissions == 2
    site.submit("ada", b"x = 'sent after the backup'\n")
    assert restore_backup(site.settings, site.database, file, force=True).submissions == 2


@pytest.mark.parametrize("damage", ["cut", "changed", "no zip", "no file", "later"])
@ON_SQLITE
def test_a_damaged_backup_is_refused_and_changes_nothing(
    damage: str, file: Path, elsewhere: Settings, opened: Database
) -> None:
    data = file.read_bytes()
    if damage == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif damage == "changed":
        with zipfile.ZipFile(file) as archive:  # in the secret: of the database much is zeros, told in several ways
            place = archive.getinfo("secret").header_offset + 30 + len("secret") + 5
        file.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
    elif damage == "no zip":
        file.write_text("hello")
    elif damage == "no file":
        file.unlink()
    else:
        with zipfile.ZipFile(file) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts["manifest.json"] = parts["manifest.json"].replace(b'"format": 1', b'"format": 2')
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
    with pytest.raises(BackupError):
        restore_backup(elsewhere, opened, file)
    assert sorted(os.listdir(elsewhere.folder)) == ["secret"]
    assert (elsewhere.folder / "secret").read_text() == "another secret"


@ON_SQLITE
def test_a_backup_of_one_kind_is_not_restored_into_the_other(site: Any, file: Path, postgresql: Any) -> None:
    other = Database(postgresql.address("postgres"))
    with pytest.raises(BackupError, match="is of a sqlite database, this one is postgresql"):
        restore_backup(site.settings, other, file)
    other.close()


@ON_SQLITE
def test_nothing_is_restored_under_a_running_server(site: Any, file: Path) -> None:
    with only_one(site.settings.folder), pytest.raises(BackupError, match="stop that one first"):
        restore_backup(site.settings, site.database, file, force=True)


def test_a_restore_leaves_no_table_of_a_later_version(site: Any, file: Path) -> None:
    with site.database.write() as db:
        db.execute(text("DELETE FROM results"))
    restore_backup(site.settings, site.database, file, force=True)
    upgrade(site.database)
    with site.database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM results")) == 2


def test_another_secret_from_outside_is_said(site: Any, file: Path, elsewhere: Settings, opened: Database) -> None:
    (elsewhere.folder / "secret").unlink()
    assert restore_backup(elsewhere, opened, file).other_secret


@ON_SQLITE
def test_a_backup_while_others_write_is_of_one_moment(site: Any, tmp_path: Path) -> None:
    writer = (
        "import sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)\n"
        "print('go', flush=True)\n"
        "while True:\n"
        "    db.execute('BEGIN IMMEDIATE')\n"
        "    db.execute(\"UPDATE users SET name = name || '.'\")\n"
        "    db.execute('COMMIT')\n"
    )
    path = site.database.engine.url.database
    with subprocess.Popen([sys.executable, "-c", writer, path], stdout=subprocess.PIPE) as busy:
        try:
            assert busy.stdout is not None
            busy.stdout.readline()
            for number in range(5):
                file = tmp_path / f"{number}.backup"
                write_backup(site.settings, site.database, file)
                with zipfile.ZipFile(file) as archive:
                    archive.extract("database", tmp_path)
                with closing(sqlite3.connect(tmp_path / "database")) as copy:
                    dots = {name.count(".") for (name,) in copy.execute("SELECT name FROM users")}
                assert len(dots) == 1, "every row is as of the same moment"
        finally:
            busy.kill()
