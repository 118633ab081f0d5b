"""A small installation for tests: two courses, their people, a database of either kind, and a worker at will."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from grader.api import Grader, Submission
from grader.course.load import load_course
from grader.report.model import CheckResult, Report, Verdict
from webapp.accounts.passwords import hash_password
from webapp.app import create_app
from webapp.courses.mirror import add_course
from webapp.courses.shelf import Shelf
from webapp.db.database import Database
from webapp.db.people import ApiToken, Enrolment, Role, SignedIn, User
from webapp.db.schema import METADATA, upgrade
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.grading import queue
from webapp.policy import Person
from webapp.settings import Limits, Settings
from webapp.submissions.accept import Accepted, accept
from webapp.web.identity import COOKIE, digest_of, new_secret, person_of

TINY = Path(__file__).parents[1] / "tiny_course"
PASSWORD = "correct horse battery"
RIGHT = (TINY / "solutions/u01_tiny/double_it/double_it.py").read_bytes()
WRONG = RIGHT.replace(b"2 * x", b"3 * x")


# A PostgreSQL server of our own


@dataclass(frozen=True)
class PostgreSQL:
    """A server on a free port of loopback; `outlives` is its process."""

    outlives: int
    port: int

    def address(self, name: str) -> str:
        return f"postgresql+psycopg://gradgym@127.0.0.1:{self.port}/{name}"

    def run(self, *statements: str) -> None:
        with psycopg.connect(f"host=127.0.0.1 port={self.port} user=gradgym dbname=postgres", autocommit=True) as db:
            for statement in statements:
                db.execute(statement.encode())

    def empty(self, name: str) -> None:
        """Take all rows out, quickly, and count ids from 1 again. Whoever is still connected is sent away first."""
        tables = ", ".join(f'"{table}"' for table in METADATA.tables)
        others = f"datname = '{name}' AND pid <> pg_backend_pid()"
        end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
        with psycopg.connect(f"host=127.0.0.1 port={self.port} user=gradgym dbname={name}", autocommit=True) as db:
            db.execute(end.encode())
            db.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE".encode())


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def postgresql_server(programs: Path) -> Iterator[PostgreSQL]:
    """A server that lives as long as the block. PostgreSQL refuses root, so there it runs as the user `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="pg-gradgym-"))
    as_user: dict[str, Any] = {}
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        os.chown(folder, user.pw_uid, user.pw_gid)
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder)}
    port = free_port()
    data = folder / "data"
    words = [programs / "initdb", "-D", data, "-U", "gradgym", "-A", "trust", "--no-sync", "-E", "UTF8", "--no-locale"]
    subprocess.run(words, env=env, cwd=folder, check=True, capture_output=True, timeout=60, **as_user)
    options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder}
    options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    words = [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())]
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(words, env=env, cwd=folder, stdout=log, stderr=log, **as_user)
    try:
        found = PostgreSQL(server.pid, port)
        for _ in range(200):
            try:
                found.run("SELECT 1")
                break
            except psycopg.OperationalError:
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
        yield found
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql(postgresql_folder: Path) -> Iterator[PostgreSQL]:
    with postgresql_server(postgresql_folder) as server:
        server.run("CREATE DATABASE gradgym")
        made = Database(server.address("gradgym"))
        upgrade(made)
        made.close()
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "gradgym.db"
    made = Database(f"sqlite:///{path}")
    upgrade(made)
    made.close()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of this version, of each kind in turn."""
    if request.param == "sqlite":
        path = tmp_path / "gradgym.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        found = Database(f"sqlite:///{path}")
        yield found
        found.close()
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    found = Database(server.address("gradgym"))
    yield found
    found.close()
    server.empty("gradgym")


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    address = database.engine.url.render_as_string(hide_password=False)
    limits = Limits(submissions_a_minute=1000)
    return Settings(folder=tmp_path, database=address, secret="a secret of the tests", limits=limits)


# People and courses


@dataclass
class Site:
    """An installation: `tiny` with ada, bob, lin and grace; `other` with mallory; root, its admin."""

    app: Flask
    database: Database
    settings: Settings
    people: dict[str, int] = field(default_factory=dict)  # name -> user id
    enrolments: dict[str, int] = field(default_factory=dict)  # name -> enrolment id
    courses: dict[str, int] = field(default_factory=dict)  # slug -> id
    assignments: dict[str, int] = field(default_factory=dict)  # exercise of tiny -> assignment id

    def client(self, name: str | None = None) -> FlaskClient:
        """A browser; with a name, one that is signed in. Forms need no CSRF token (a test of its own shows that)."""
        client = self.app.test_client()
        if name:
            client.set_cookie(COOKIE, self.signed_in(name))
        return client

    def signed_in(self, name: str) -> str:
        """The cookie of a browser in which this person is signed in."""
        secret = new_secret()
        with self.database.write() as db:
            db.add(SignedIn(digest=digest_of(secret), user_id=self.people[name]))
        return secret

    def token(self, name: str, **columns: Any) -> dict[str, str]:
        """The header of a program that acts for this person."""
        secret = f"gg_{new_secret()}"
        with self.database.write() as db:
            row = ApiToken(
                digest=digest_of(secret), shown=secret[:8], user_id=self.people[name], name="tests", **columns
            )
            db.add(row)
        return {"Authorization": f"Bearer {secret}"}

    def person(self, name: str) -> Person:
        with self.database.read() as db:
            return person_of(db, db.get_one(User, self.people[name]))

    def submit(self, name: str, source: bytes = RIGHT, slug: str = "double_it", **options: Any) -> Accepted:
        with self.database.write() as db:
            return accept(
                db,
                db.get_one(CourseRow, self.courses["tiny"]),
                db.get_one(Assignment, self.assignments[slug]),
                self.enrolments[name],
                **{
                    "name": f"{slug}.py",
                    "content": source,
                    "via": "api",
                    "limits": self.settings.limits,
                    **options,
                },
            )

    def change(self, table: type, id: int, **columns: Any) -> None:
        """Set columns of one row."""
        with self.database.write() as db:
            row = db.get_one(table, id)
            for name, value in columns.items():
                setattr(row, name, value)

    def graded(self, name: str, report: Report | None = None, **options: Any) -> int:
        """Submit and put a made-up report on record, without a grader: a submission's id. For what comes after it."""
        sent = self.submit(name, **options).submission.id
        with self.database.write() as db:
            one = queue.claim(db, "by hand", self.settings.limits)
            assert one is not None and one.submission == sent
            assert queue.finish(db, one, report or made_up_report(), "by hand", self.settings.limits)
        return sent


def made_up_report(earned: int = 3000, **changes: Any) -> Report:
    """A report as a grader might have made it: of `double_it`, 3 points at most."""
    good = Verdict.PASSED if earned == 3000 else Verdict.WRONG
    check = CheckResult(name="test_values", title="values", verdict=good, points=3000, earned=earned, hidden=True)
    report = Report(
        exercise="double_it",
        title="Twice as much",
        verdict=good,
        score=earned,
        max_score=3000,
        mistakes=() if earned == 3000 else ("triples",),
        checks=(check,),
    )
    return msgspec.structs.replace(report, **changes)


@pytest.fixture(scope="session")
def made_up() -> Callable[..., Report]:
    return made_up_report


@pytest.fixture
def site(database: Database, settings: Settings) -> Site:
    return build_site(settings, database)


@contextmanager
def site_in(folder: Path, template: Path) -> Iterator[Site]:
    shutil.copy(template, folder / "gradgym.db")
    address = f"sqlite:///{folder / 'gradgym.db'}"
    database = Database(address)
    limits = Limits(submissions_a_minute=1000)
    yield build_site(Settings(folder=folder, database=address, secret="a secret of the tests", limits=limits), database)
    database.close()


@pytest.fixture
def sqlite_site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """`site` on SQLite only: for tests with a browser, which are slow."""
    with site_in(tmp_path, sqlite_template) as site:
        yield site


@pytest.fixture(scope="module")
def lasting_site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same for all tests of a file."""
    with site_in(tmp_path_factory.mktemp("installation"), sqlite_template) as site:
        yield site


def build_site(settings: Settings, database: Database) -> Site:
    """The two courses and their people, in an empty database."""
    app = create_app(settings, database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    site = Site(app, database, settings)
    course = load_course(TINY / "exercises")
    with database.write() as db:
        tiny = add_course(db, course, "tiny", time_zone="Europe/Berlin")
        other = add_course(db, course, "other")
        site.courses = {"tiny": tiny.id, "other": other.id}
        named = select(ExerciseRow.slug, Assignment.id).join(Assignment).where(ExerciseRow.course_id == tiny.id)
        site.assignments = dict(db.execute(named).all())
        roles = {
            "ada": (tiny, Role.STUDENT, "monday"),
            "bob": (tiny, Role.STUDENT, "tuesday"),
            "lin": (tiny, Role.ASSISTANT, ""),
            "grace": (tiny, Role.INSTRUCTOR, ""),
            "mallory": (other, Role.STUDENT, ""),
        }
        hashed = cheap_hash()
        for name in (*roles, "root"):
            email = f"{name}@example.org"
            user = User(email=email, name=name.title(), password_hash=hashed, is_admin=name == "root")
            db.add(user)
            db.flush()
            site.people[name] = user.id
            if name in roles:
                where, role, group = roles[name]
                enrolment = Enrolment(course_id=where.id, user_id=user.id, role=role, group=group)
                db.add(enrolment)
                db.flush()
                site.enrolments[name] = enrolment.id
    return site


_HASHED: list[str] = []


def cheap_hash() -> str:
    """The hash of PASSWORD, computed once: it is slow on purpose."""
    if not _HASHED:
        _HASHED.append(hash_password(PASSWORD))
    return _HASHED[0]


# Waiting

LONG = 120.0  # seconds: only so that a test that hangs fails


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """`wait_until(lambda: ...)`: fails with `what` when it never becomes true."""

    def waiting(condition: Callable[[], Any], what: str = "it never came true") -> None:
        end = time.monotonic() + LONG
        while not condition():
            assert time.monotonic() < end, what
            time.sleep(0.02)

    return waiting


# Grading for real


Work = Callable[[], int]


@pytest.fixture
def work(site: Site, grader: Grader) -> Work:
    """`work()` grades all that waits, behind the wall, and says how many. For tests marked `jail`."""
    shelf = Shelf()

    def until_empty() -> int:
        done = 0
        while True:
            with site.database.write() as db:
                one = queue.claim(db, "tests", site.settings.limits)
            if one is None:
                return done
            report = grader.grade(Submission(one.name, one.content), shelf.exercise(one.folder, one.slug))
            with site.database.write() as db:
                assert queue.finish(db, one, report, "tests", site.settings.limits)
            done += 1

    return until_empty


@pytest.fixture
def strict(site: Site) -> Callable[..., Settings]:
    """The site's settings with other limits: `strict(tries=1)`."""

    def changed(**limits: Any) -> Settings:
        return replace(site.settings, limits=replace(site.settings.limits, **limits))

    return changed
