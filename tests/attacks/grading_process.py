"""A grader in a process of its own, with bounds around it: asked by lines of JSON on stdin, it answers on stdout.

Run by conftest.py. The bounds are far beyond what the wall allows; they are there for the day on which it has a hole.
"""

from __future__ import annotations

import base64
import io
import json
import resource
import sys
import threading
import unittest.mock
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.api import Grader, Settings, Submission
from grader.course.load import load_course
from grader.course.model import Exercise
from grader.report.json_form import from_json, to_json
from grader.report.model import Report

GB = 1 << 30
BOUNDS = {
    resource.RLIMIT_FSIZE: GB // 4,
    resource.RLIMIT_CPU: 900,
    resource.RLIMIT_NPROC: 4000,
    resource.RLIMIT_CORE: 0,
}


class Graders:
    """The warm grader and the courses it grades."""

    def __init__(self, grader: Grader, courses: dict[str, Path]) -> None:
        self._grader = grader
        self._exercises = {
            name: {exercise.slug: exercise for exercise in load_course(root).exercises}
            for name, root in courses.items()
        }

    def exercise(self, asked: dict[str, Any]) -> Exercise:
        return self._exercises[asked["course"]][asked["exercise"]]

    def warm(self, asked: dict[str, Any]) -> dict[str, Any]:
        exercise = self.exercise(asked)
        self._grader.warm(exercise)
        return {"seed": self._grader.settings.seed_for(exercise)}

    def processes(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The warm parents: what an attack must not end, and where it must leave nothing."""
        return {
            "examiners": [engine.examiner.pid for engine in self._grader._engines.values()],
            "guests": [guests.pid for guests in self._grader._guests.values()],
        }

    def grade(self, asked: dict[str, Any]) -> dict[str, Any]:
        submission = Submission(asked["name"], base64.b64decode(asked["source"]))
        return shown(self._grader.grade(submission, self.exercise(asked)))

    def both(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Grade an attack while another submission is within a check. `at_work`: how its first check ended tells."""
        reports: list[dict[str, Any]] = []
        at_work = threading.Event()

        def other() -> None:
            submission = Submission(asked["beside"]["name"], base64.b64decode(asked["beside"]["source"]))
            report = self._grader.grade(submission, self.exercise(asked), on_check=lambda *_: at_work.set())
            reports.append(shown(report))

        thread = threading.Thread(target=other)
        thread.start()
        at_work.wait(30)
        try:
            mine = self.grade(asked)
        finally:
            thread.join()
        return {**mine, "beside": reports[0]}

    def command(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`gradgym grade` with these words, on the warm grader."""
        import typer.testing

        import grader.api
        from grader.cli.main import app

        memory = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (3 * GB, memory[1]))  # of this process; the parents run already
        try:
            with unittest.mock.patch.object(grader.api, "Grader", return_value=Lent(self._grader)):
                done = typer.testing.CliRunner().invoke(app, ["grade", *asked["words"]])
        finally:
            resource.setrlimit(resource.RLIMIT_AS, memory)
        lines = done.output.splitlines()
        reports = [line for line in lines if line.startswith('{"format"')]
        said = {"exit": done.exit_code, "said": "\n".join(line for line in lines if line not in reports)}
        return {**said, **(shown(from_json(reports[-1])) if reports else {}), "reports": reports}


class Lent:
    """A grader that stays warm when a command has done with it."""

    def __init__(self, grader: Grader) -> None:
        self._grader = grader

    def __enter__(self) -> Grader:
        return self._grader

    def __exit__(self, *error: object) -> None:
        pass


def shown(report: Report) -> dict[str, Any]:
    """A report in both forms that somebody reads."""
    from rich.console import Console

    from grader.report.text import render_text

    page = io.StringIO()
    render_text(report, Console(file=page, width=100))
    return {"report": to_json(report), "text": page.getvalue()}


def main() -> None:
    for which, most in BOUNDS.items():
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))
    setting = json.loads(sys.stdin.readline())
    answers, sys.stdout = sys.stdout, sys.stderr  # nothing but answers on the line
    with Grader(Settings(secret=setting["secret"])) as grader:
        graders = Graders(grader, {name: Path(root) for name, root in setting["courses"].items()})
        for line in sys.stdin:
            asked = json.loads(line)
            operation: Callable[[dict[str, Any]], dict[str, Any]] = getattr(graders, asked["do"])
            try:
                answer = operation(asked)
            except Exception as error:
                answer = {"trouble": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
