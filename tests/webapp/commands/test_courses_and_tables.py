"""`gradgym courses`, `db`, and what every command says of an installation that it can't use."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from grader.cli.main import app

TINY = Path(__file__).parents[2] / "tiny_course"
Run = Callable[..., Any]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """grace's copy of the tiny course, which she may change."""
    return shutil.copytree(TINY, tmp_path / "course")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("courses", "list")` on an empty installation: (exit code, what it printed, in one line)."""
    for name in ("GRADGYM_DATABASE", "GRADGYM_SECRET", "GRADGYM_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GRADGYM_DATA", str(tmp_path / "data"))

    def command(*words: object) -> tuple[int, str]:
        done = CliRunner().invoke(app, [str(word) for word in words])
        return done.exit_code, " ".join(done.output.split())

    return command


@pytest.fixture
def ready(run: Run) -> Run:
    assert run("db", "upgrade") == (0, "The tables are now of this version.")
    assert run("db", "upgrade") == (0, "The tables are as they should be.")
    return run


def test_a_course_is_added_listed_and_brought_up_to_date(ready: Run, course: Path) -> None:
    code, said = ready("courses", "add", course, "--slug", "tiny", "--zone", "Europe/Berlin")
    assert code == 0
    assert "exercises, at http://127.0.0.1:8000/c/tiny/." in said
    assert "tiny " in ready("courses", "list")[1]
    assert ready("courses", "sync", "tiny") == (0, "tiny is as its folder is.")
    stub = course / "exercises" / "u01_tiny" / "double_it" / "test_public.py"
    stub.write_text(stub.read_text() + "\n# changed\n")
    hidden = course / "solutions" / "u01_tiny" / "double_it" / "test_hidden.py"
    hidden.write_text(hidden.read_text() + "\n# changed\n")
    code, said = ready("courses", "sync", "tiny")
    assert (code, said) == (0, "double_it has changed: submissions graded before may be graded again.")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--slug", "Tiny Course"], "can't be in an address"),
        (["--slug", "tiny", "--zone", "Berlin"], "There is no time zone 'Berlin'"),
    ],
)
def test_what_a_course_can_not_be_called(words: list[str], sentence: str, ready: Run, course: Path) -> None:
    code, said = ready("courses", "add", course, *words)
    assert code == 2
    assert sentence in said


def test_a_course_without_solutions_or_without_a_course_is_refused(ready: Run, course: Path, tmp_path: Path) -> None:
    shutil.rmtree(course / "solutions")
    code, said = ready("courses", "add", course, "--slug", "tiny")
    assert code == 2
    assert "has no solutions beside it" in said
    assert ready("courses", "add", tmp_path, "--slug", "tiny")[0] == 2
    assert ready("courses", "list") == (0, "None yet: `gradgym courses add`.")


def test_a_course_is_added_once_and_an_unknown_one_not_synced(ready: Run, course: Path) -> None:
    assert ready("courses", "add", course, "--slug", "tiny")[0] == 0
    code, said = ready("courses", "add", course, "--slug", "tiny")
    assert code == 2
    assert "There is a course tiny already" in said
    code, said = ready("courses", "sync", "tyni")
    assert code == 2
    assert "(there is: tiny)" in said


def test_commands_want_the_tables_of_this_version(run: Run) -> None:
    code, said = run("courses", "list")
    assert code == 2
    assert "run `gradgym db upgrade` first" in said


@pytest.mark.parametrize("command", [["db", "upgrade"], ["serve"]])
def test_tables_of_a_later_version_are_left_alone(command: list[str], ready: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "gradgym.db")) as db:
        db.execute("UPDATE alembic_version SET version_num = 'of tomorrow'")
        db.commit()
    code, said = ready(*command)
    assert code == 2
    assert "of a later version of gradgym (of tomorrow): update gradgym" in said


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://gradgym@127.0.0.1:1/nobody", "The database can't be used ("),
        ("nonsense", "GRADGYM_DATABASE is no address of a database"),
    ],
)
def test_a_database_that_can_not_be_used_is_said_in_a_sentence(
    address: str, sentence: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADGYM_DATABASE", address)
    code, said = run("db", "upgrade")
    assert code == 2
    assert sentence in said


def test_health_needs_no_sign_in(site: Any) -> None:
    answer = site.client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    with site.database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM sessions")) == 0
