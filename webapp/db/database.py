"""The engine, and how a transaction is begun: to read, or to write and then alone (SQLite) or with row locks."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

BUSY_SECONDS = 30
LOOK_SECONDS = 0.001  # between two looks whether SQLite's lock is free


class Database:
    """One installation's database: SQLite, or PostgreSQL through psycopg.

    with database.write() as db: one transaction, committed at the end, rolled back by an exception.
    with database.read() as db: the same moment for all that is read; nothing is written.
    """

    def __init__(self, address: str, *, pool: int = 16) -> None:
        url = make_url(address)
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        self.is_sqlite = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_size": pool, "max_overflow": 8, "pool_timeout": BUSY_SECONDS}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        else:
            options["pool_pre_ping"] = True  # the server may have gone and come back
        self.engine: Engine = create_engine(url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", self._begin)
        self._next_writer = threading.Lock()
        self._writing = self.engine.execution_options(writes=True)

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session  # what was read stays usable after it: closing expires nothing

    def close(self) -> None:
        self.engine.dispose()

    def _begin(self, connection: Connection) -> None:
        """A transaction that will write takes SQLite's lock at once: one that asks later is refused without waiting.

        SQLite itself waits longer from one look to the next, up to a tenth of a second, so under load whoever has
        waited longest is served last. Here one thread of each process looks, and often; its others queue behind it.
        """
        if not connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql("BEGIN")
            return
        end = time.monotonic() + BUSY_SECONDS
        driver: Any = connection.connection.driver_connection
        is_next = self._next_writer.acquire(timeout=BUSY_SECONDS)
        try:
            driver.execute("PRAGMA busy_timeout=0")
            while not (is_locked := _lock(driver)) and time.monotonic() < end:
                time.sleep(LOOK_SECONDS)
            if not is_locked:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # which raises OperationalError
        finally:
            driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
            if is_next:
                self._next_writer.release()


def _lock(driver: sqlite3.Connection) -> bool:
    """Begin a transaction that holds SQLite's lock; False when another one does."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


def _prepare(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin says, not where the driver guesses
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
        connection.execute(f"PRAGMA {setting}")
