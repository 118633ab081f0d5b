"""The file-only commands as a user types them, in a small course of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from grader.cli import hint, list_, new, new_course, reset, show, start
from grader.course.new import new_course as write_course
from grader.course.new import new_exercise

Gradgym = Callable[..., Any]


@pytest.fixture
def gradgym(monkeypatch: pytest.MonkeyPatch) -> Gradgym:
    """Run `gradgym ...`; `answer` is what the user types when asked."""
    monkeypatch.delenv("GRADGYM_COURSE", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    app = typer.Typer()
    app.command("start")(start.start)
    app.command("list")(list_.list_exercises)
    app.command("show")(show.show)
    app.command("hint")(hint.hint)
    app.command("reset")(reset.reset)
    app.command("new")(new.new)
    app.command("new-course")(new_course.new_course)
    return lambda *words, answer=None: CliRunner().invoke(app, words, input=answer)


@pytest.fixture
def grace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The instructor's course of two exercises; the test stands in its folder."""
    course = tmp_path / "grace"
    write_course(course)
    new_exercise(course / "exercises", "u02_more/second_step")
    monkeypatch.chdir(course)
    return course


@pytest.fixture
def ada(grace: Path, gradgym: Gradgym, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's copy of grace's course; the test stands in its folder."""
    assert gradgym("start", "../ada").exit_code == 0
    monkeypatch.chdir(grace.parent / "ada")
    return grace.parent / "ada"
