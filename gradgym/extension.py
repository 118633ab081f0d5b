"""`%check` and `%kit`: what the extension adds to a kernel."""

from __future__ import annotations

import atexit
import importlib.util
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.api import Grader, Settings, Submission
from grader.course.find import course_in, find_course, find_exercise
from grader.course.load import load_course
from grader.course.model import CourseError, Exercise
from grader.notebooks.code import code_that_ran
from grader.notebooks.places import in_cells
from grader.notebooks.reading import TAG, NotebookError
from gradgym.ran import RanCells

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from grader.report.model import Report

KEPT_WARM: Final = 3  # exercises; each holds a process with torch
_LOADED: dict[int, Extension] = {}


def load(shell: InteractiveShell) -> None:
    """Add the magics to a shell; loading again changes nothing."""
    if id(shell) not in _LOADED:
        _LOADED[id(shell)] = Extension(shell)


def unload(shell: InteractiveShell) -> None:
    """Take the magics away, and end the warm processes."""
    extension = _LOADED.pop(id(shell), None)
    if extension is not None:
        extension.unload()


class Extension:
    """The magics of one kernel, with the grader that stays warm between calls."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._ran = RanCells(shell)
        self._grader: Grader | None = None
        self._warm: list[Exercise] = []
        self._last = ""
        shell.events.register("pre_run_cell", self._ran.starts)
        for magic in (self.check, self.kit):
            shell.magics_manager.register_function(magic, "line", magic.__name__)
        atexit.register(self.close)

    def unload(self) -> None:
        self._shell.events.unregister("pre_run_cell", self._ran.starts)
        for name in ("check", "kit"):
            self._shell.magics_manager.magics["line"].pop(name, None)
        atexit.unregister(self.close)
        self.close()

    def check(self, line: str) -> None:
        """%check [EXERCISE]: ask the public checks about the cells that you have run, as they are now.

        Left out, the exercise is the one that was checked last, or the one that a cell is tagged for.
        """
        try:
            exercise = self._exercise(line)
            code = code_that_ran(self._ran.cells, exercise, "The notebook")
            report = self._grade(Submission("this notebook", code.source), exercise)
        except (CourseError, NotebookError) as error:
            print(error, file=sys.stderr)
            return
        self._last = exercise.slug
        self._show(in_cells(report, code))

    def kit(self, line: str) -> None:
        """%kit EXERCISE: make the exercise's kit.py available as `kit`, and importable."""
        try:
            exercise = self._exercise(line)
        except CourseError as error:
            print(error, file=sys.stderr)
            return
        if exercise.kit is None:
            print(f"{exercise.slug} has no kit.py: there is nothing to load.", file=sys.stderr)
            return
        spec = importlib.util.spec_from_file_location("kit", exercise.kit)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules["kit"] = self._shell.user_ns["kit"] = module

    def close(self) -> None:
        """End the warm processes."""
        if self._grader is not None:
            self._grader.close()
        self._grader, self._warm = None, []

    def _exercise(self, line: str) -> Exercise:
        """The exercise that is meant. Raises CourseError."""
        name = line.strip() or self._last or self._tagged() or Path.cwd().name
        course = load_course(_course(), on_error=lambda slug, error: None)
        try:
            return find_exercise(course, name)
        except CourseError:
            if line.strip():
                raise
        raise CourseError("Say which exercise to check, as in `%check sgd_step`; `gradgym list` has them all.")

    def _tagged(self) -> str:
        """The exercise that the cell which ran last is tagged for, of those that are tagged at all."""
        tags = [tag for cell in self._ran.cells for tag in cell.tags if tag.startswith(TAG)]
        return tags[-1].removeprefix(TAG) if tags else ""

    def _grade(self, submission: Submission, exercise: Exercise) -> Report:
        if self._grader is None:
            self._grader = Grader(Settings(checks="public", walled=False))
        self._warm = [one for one in self._warm if one.folder != exercise.folder]
        for old in self._warm[: -(KEPT_WARM - 1)]:
            self._grader.forget(old)
        self._warm = [*self._warm[-(KEPT_WARM - 1) :], exercise]
        return self._grader.grade(submission, exercise)

    def _show(self, report: Report) -> None:
        """As HTML and text in a notebook, which chooses; in colours in a terminal."""
        from rich.console import Console

        from grader.report.text import render_text

        if not hasattr(self._shell, "kernel"):
            render_text(report, Console(highlight=False))
            return
        from IPython.display import publish_display_data

        from grader.report.html import fragment

        text = io.StringIO()
        render_text(report, Console(file=text, width=100, color_system=None, force_terminal=False, force_jupyter=False))
        bundle = {"text/plain": text.getvalue(), "text/html": fragment(report, self._shell.execution_count)}
        publish_display_data(bundle)


def _course() -> Path:
    """The course's folder: GRADGYM_COURSE, else the nearest at or above the notebook's. Raises CourseError."""
    named = os.environ.get("GRADGYM_COURSE")
    if named:
        return course_in(Path(named))
    try:
        return find_course(Path.cwd())
    except CourseError:
        raise CourseError(
            f"There is no course in {Path.cwd()} or in a folder above it. "
            "Move the notebook into your course's folder, or set GRADGYM_COURSE to that folder before Jupyter starts."
        ) from None
