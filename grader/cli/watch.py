"""`gradgym watch`: check again at every save, with everything warm."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.check import TargetArgument, find_target
from grader.cli.options import CourseOption, console, fail, open_course
from grader.report.model import Verdict


def watch(
    target: TargetArgument = None,
    course: CourseOption = None,
    until_passed: Annotated[bool, typer.Option("--until-passed", help="End when every check has passed.")] = False,
) -> None:
    """Run the public checks now and at every save of your file. End with Ctrl-C.

    The processes stay warm, so an answer takes about a tenth of a second.
    """
    from watchfiles import watch as changes

    from grader.api import Grader, Settings, Submission
    from grader.report.text import render_text

    exercise, path = find_target(open_course(course), target)
    out = console()
    with Grader(Settings(checks="public", walled=False)) as grader:

        def show() -> bool:
            began = time.monotonic()
            try:
                source = path.read_bytes()
            except OSError:
                return False  # an editor is just replacing the file: its next event follows
            report = grader.grade(Submission(path.name, source), exercise)
            out.clear() if out.is_terminal else out.print()
            render_text(report, out)
            out.print(
                f"checked in {time.monotonic() - began:.2f} s · watching {path} (Ctrl-C ends)",
                style="dim",
                markup=False,
            )
            return report.verdict is Verdict.PASSED

        if not path.is_file():
            fail(f"{path} is not there. Name your file or the exercise.")
        passed = show()
        if until_passed and passed:
            return
        for changed in changes(path.parent, debounce=50, step=20, recursive=False, raise_interrupt=False):
            if any(Path(name) == path.absolute() for _, name in changed):
                passed = show()
                if until_passed and passed:
                    return
