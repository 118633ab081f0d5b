"""`gradgym demo`: a class that was graded for real, and is there again the next time."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Gradgym = Callable[..., Any]

pytestmark = pytest.mark.jail


def rows(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "gradgym.db")) as db:
        return db.execute(query).fetchall()


def test_the_demo_makes_a_class_grades_it_and_finds_it_again(grace: Path, tmp_path: Path, gradgym: Gradgym) -> None:
    demo = tmp_path / "demo"
    first = gradgym("demo", demo, "--no-serve", at=grace)
    assert first.code == 0, first.err
    (password,) = re.findall(r"signs in with the password (\S+)", first.out)
    assert password in (demo / "accounts.txt").read_text("utf-8")
    roles = dict(rows(demo, "SELECT role, count(*) FROM enrolments GROUP BY role"))
    assert roles == {"student": 25, "assistant": 1, "instructor": 1}
    states = dict(rows(demo, "SELECT state, count(*) FROM submissions GROUP BY state"))
    assert set(states) == {"graded"}
    assert states["graded"] > 20
    verdicts = {verdict for (verdict,) in rows(demo, "SELECT DISTINCT verdict FROM gradings")}
    assert {"passed", "wrong"} <= verdicts
    assert rows(demo, "SELECT count(*) FROM submissions WHERE submitted_at > datetime('now')") == [(0,)]
    assert len(rows(demo, "SELECT DISTINCT date(submitted_at) FROM submissions")) > 5, "over some weeks"
    assert rows(demo, "SELECT count(*) FROM extensions") == [(3,)]

    again = gradgym("demo", demo, "--no-serve", at=grace)
    assert again.code == 0, again.err
    assert password in again.out
    assert dict(rows(demo, "SELECT state, count(*) FROM submissions GROUP BY state")) == states


def test_the_demo_leaves_a_folder_alone_that_is_not_its_own(grace: Path, tmp_path: Path, gradgym: Gradgym) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    said = gradgym("demo", tmp_path, "--fresh", "--no-serve", at=grace)
    assert said.code == 2
    assert "holds something that is not a demo's" in said.one_line
    assert (tmp_path / "thesis.txt").read_text() == "mine"
