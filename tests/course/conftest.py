"""A tiny course in a temporary folder, written by hand, that tests may break in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.load import load_course
from grader.course.model import Course, CourseError

COURSE = """\
format = 1
title = "Tiny"
about = "A course of two exercises."

[limits]
seconds = 4

[[unit]]
folder = "u01_lines"
exercises = ["slope", "shift"]  # in this order
"""

UNIT = 'number = 1\ntitle = "Lines"\n'

EXERCISE = """\
title = "The slope"
goal = "Return the slope."
points = 2.125
difficulty = 2
minutes = 10
provides = ["slope"]
hidden_checks = 1
"""


class Tiny:
    """Paths of the tiny course, and a way to change a file of it."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.root = base / "exercises"
        self.solutions = base / "solutions"
        self.public = self.root / "u01_lines" / "slope"
        self.solution = self.solutions / "u01_lines" / "slope"
        self.toml = self.public / "exercise.toml"
        self.write(self.root / "course.toml", COURSE)
        self.write(self.root / "u01_lines" / "unit.toml", UNIT)
        for slug in ("slope", "shift"):
            folder = self.root / "u01_lines" / slug
            self.write(folder / "exercise.toml", EXERCISE)
            self.write(folder / "README.md", f"# {slug}\n")
            self.write(folder / f"{slug}.py", "def slope(x):\n    raise NotImplementedError\n")
            self.write(folder / "test_public.py", '"""public"""\n')
            for name in (f"{slug}.py", "test_hidden.py", "mistakes.py"):
                self.write(self.solutions / "u01_lines" / slug / name, f'"""{name}"""\n')

    def write(self, path: Path, text: str | bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def change(self, path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        self.write(path, text.replace(old, new))

    def add(self, line: str) -> None:
        """One more line at the top of slope's exercise.toml."""
        self.write(self.toml, f"{line}\n{self.toml.read_text(encoding='utf-8')}")

    def load(self) -> Course:
        return load_course(self.root)

    def problem(self) -> str:
        """What loading the course complains about, with paths from the course's own folder."""
        with pytest.raises(CourseError) as caught:
            self.load()
        return str(caught.value).replace(f"{self.base}/", "")


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    return Tiny(tmp_path)
