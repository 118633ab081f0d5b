"""All tables: importing this makes `Base.metadata` whole. And bringing a database up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from webapp.db import people, teaching, work
from webapp.db.base import Base
from webapp.db.database import Database

METADATA = Base.metadata
TABLES = (people, teaching, work)


class NewerSchema(Exception):
    """The tables are of a later version than this program. The message ends with the next step."""


def upgrade(database: Database) -> None:
    """Bring the tables to this version, from whichever they have. Doing it again does nothing.

    In one transaction; on PostgreSQL two servers that start together wait for one another. Raises NewerSchema.
    """
    config = _config()
    with database.engine.execution_options(writes=True).begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7021)")
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in known_revisions():
            raise NewerSchema(
                f"The database's tables are of a later version of gradgym ({found}): update gradgym, then try again."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Whether the tables are those of this version."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(_config()).get_current_head()


def known_revisions() -> set[str]:
    """All versions of the tables that this program knows."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
