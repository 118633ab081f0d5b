"""`gradgym gradebook export`, as it is typed."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from grader.cli.main import app
from webapp.db.people import User


@pytest.fixture
def gradgym(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Type a command: `gradgym("tiny", status=0)` is its result."""
    monkeypatch.setenv("GRADGYM_DATABASE", site.settings.database)
    monkeypatch.setenv("GRADGYM_DATA", str(Path(site.settings.folder) / "data"))

    def typed(*words: str, status: int = 0) -> Any:
        done = CliRunner().invoke(app, ["gradebook", "export", *words])
        assert done.exit_code == status, done.output
        return done

    return typed


def test_the_class_goes_to_stdout_or_into_a_file(site: Any, gradgym: Any, made_up: Any, tmp_path: Path) -> None:
    site.change(User, site.people["bob"], name="=1+1")
    site.graded("ada", made_up(1500))
    lines = gradgym("tiny").stdout_bytes.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("name,email,group,") and len(lines) == 3
    assert any(line.startswith("Ada,ada@example.org,monday,") and ",1.5," in line for line in lines)
    assert any(line.startswith("'=1+1,bob@example.org,") for line in lines)
    file = tmp_path / "class.csv"
    said = gradgym("tiny", "-o", str(file)).output
    assert "2 students, 3 exercises" in said and file.read_bytes().decode("utf-8-sig").splitlines() == lines


def test_the_ending_or_the_option_says_what_the_file_is(site: Any, gradgym: Any, tmp_path: Path) -> None:
    gradgym("tiny", "-o", str(tmp_path / "class.xlsx"))
    gradgym("tiny", "-o", str(tmp_path / "class"), "--format", "xlsx")
    for name in ("class.xlsx", "class"):
        with zipfile.ZipFile(tmp_path / name) as book:
            assert "xl/worksheets/sheet1.xml" in book.namelist()
    gradgym("tiny", "--format", "pdf", status=2)


def test_what_is_not_there_is_said(site: Any, gradgym: Any, tmp_path: Path) -> None:
    assert "There is no course nothing here (there is: other, tiny)" in gradgym("nothing", status=2).output
    assert "can't be written" in gradgym("tiny", "-o", str(tmp_path / "no" / "class.csv"), status=2).output
