"""The installed command in folders of its own: grace's course with its solutions, and ada's copy of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

GRADGYM = Path(sys.executable).with_name("gradgym")
GOLDEN = Path(__file__).parent.parent / "golden" / "course"


@dataclass(frozen=True)
class Said:
    """What a command wrote and how it ended."""

    code: int
    out: str
    err: str

    @property
    def one_line(self) -> str:
        """The words without their line breaks, as a wide terminal would show them."""
        return " ".join((self.out + self.err).split())

    @property
    def json(self) -> Any:
        (line,) = self.out.splitlines()
        return json.loads(line)


Gradgym = Callable[..., Said]


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment of this run without settings that a person may have made."""
    settings = ("GRADGYM", "PYTEST", "COV_", "CI", "BUILD_NUMBER")  # with CI set, pytest writes more
    ours = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    return {**ours, "COLUMNS": "80", "TERM": "dumb", "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="session")
def gradgym(environment: dict[str, str]) -> Gradgym:
    """Run `gradgym WORDS` in the folder `at`; no command ever ends in a traceback."""

    def run(*words: str | Path, at: Path, path_first: Path | None = None) -> Said:
        path = f"{path_first}:{environment['PATH']}" if path_first else environment["PATH"]
        done = subprocess.run(
            [GRADGYM, *words],
            cwd=at,
            env={**environment, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        assert "Traceback (most recent call last)" not in done.stdout + done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="module")
def grace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instructor's folder: the golden course with its solutions. Tests leave it as it is."""
    return shutil.copytree(GOLDEN, tmp_path_factory.mktemp("grace") / "course")


@pytest.fixture
def ada(grace: Path, tmp_path: Path, gradgym: Gradgym) -> Path:
    """A fresh student's copy of grace's course."""
    assert gradgym("start", tmp_path / "ada", at=grace).code == 0
    return tmp_path / "ada"


@pytest.fixture
def stub(ada: Path) -> Path:
    """ada's file for the exercise blend."""
    return ada / "u01_moving" / "blend" / "blend.py"


@pytest.fixture(scope="session")
def right() -> str:
    """A right answer to blend."""
    return (GOLDEN / "solutions" / "u01_moving" / "blend" / "blend.py").read_text("utf-8")


@pytest.fixture(scope="session")
def wrong(right: str) -> str:
    """An answer to blend that makes a known mistake."""
    return right.replace("target - here", "here - target")


@pytest.fixture
def no_bubblewrap(tmp_path: Path) -> Path:
    """A folder whose bwrap is refused what it needs, as on a machine that forbids user namespaces."""
    bwrap = tmp_path / "first_on_the_path" / "bwrap"
    bwrap.parent.mkdir()
    bwrap.write_text("#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    return bwrap.parent
