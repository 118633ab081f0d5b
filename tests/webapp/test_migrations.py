"""The migrations lead to the tables that the code names, on both databases, and may be run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from webapp.db.database import Database
from webapp.db.schema import METADATA, is_current, upgrade


def test_the_tables_after_all_migrations_are_those_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_upgrading_again_keeps_every_row(site: Any) -> None:
    assert is_current(site.database)
    upgrade(site.database)
    with site.database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM users")) == len(site.people)


def test_a_database_without_tables_is_not_current(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'new.db'}")
    try:
        assert not is_current(empty)
        upgrade(empty)
        assert is_current(empty)
    finally:
        empty.close()
