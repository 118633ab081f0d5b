"""`gradgym watch`: check again at every save, with everything warm."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from grader.cli.check import TargetArgument, find_target
from grader.cli.options import CourseOption, console, fail
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

    exercise, path = find_target(course, target)
    out = console()
    with Grader(Settings(checks="public", walled=False)) as grader:
        seen: bytes | None = None

        def changed() -> bool:
            """Whether the file now holds something else; an editor that is just replacing it comes by again."""
            nonlocal seen
            try:
                source = path.read_bytes()
            except OSError:
                return False
            before, seen = seen, source
            return source != before

        def show() -> bool:
            began = time.monotonic()
            report = grader.grade(Submission(path.name, seen or b""), exercise)
            out.clear() if out.is_terminal else out.print()
            render_text(report, out)
            took = time.monotonic() - began
            out.print(f"checked in {took:.2f} s · watching {path} (Ctrl-C ends)", style="dim", markup=False)
            return report.verdict is Verdict.PASSED

        if not changed():
            fail(f"{path} is not there. Name your file or the exercise.")
        if show() and until_passed:
            return
        # Woken by the system at a save, and twice a second anyway: a save between two looks must not be missed.
        folder = changes(
            path.parent,
            debounce=50,
            step=20,
            rust_timeout=500,
            yield_on_timeout=True,
            recursive=False,
            raise_interrupt=False,
        )
        for _ in folder:
            if changed() and show() and until_passed:
                return
