"""`gradgym grade`: the hidden checks on files of any name, behind the wall."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.device import Device, require_device
from grader.cli.feedback import prepare_feedback, write_feedback
from grader.cli.options import CourseOption, ExerciseArgument, console, fail, open_exercise
from grader.cli.wall import NoWallOption
from grader.course.model import CourseError

if TYPE_CHECKING:
    from grader.report.model import Report


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    HTML = "html"
    GRADESCOPE = "gradescope"
    JUNIT = "junit"


def grade(
    exercise: ExerciseArgument,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Submissions; any file names.", show_default=False)
    ],
    course: CourseOption = None,
    device: Annotated[Device, typer.Option(help="Where inputs live and results must stay.")] = Device.CPU,
    format: Annotated[
        Format, typer.Option(help="json prints one report a line, in the order of the files.")
    ] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of the terminal.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=256, help="How many at a time.")] = 2,
    seed: Annotated[int | None, typer.Option(help="Seed of the random inputs, to replay a grade.")] = None,
    feedback: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Also write a page for each student there: a notebook with the report beside its cells.",
            show_default=False,
        ),
    ] = None,
    after_due: Annotated[
        bool, typer.Option("--after-due", help="Let these pages say what is shown after the due date only.")
    ] = False,
    no_wall: NoWallOption = False,
) -> None:
    """Grade submissions with the hidden checks.

    Each file or notebook is graded behind the wall; where this machine can't put it up, nothing is graded. Exit code 0
    when all were graded, whatever the score, and 3 when any was not.
    """
    from grader.api import Grader, Settings, Submission, deployment_secret
    from grader.report.model import Verdict

    _, chosen = open_exercise(course, exercise)
    if device.value not in chosen.devices:
        fail(f"{chosen.slug} runs on {', '.join(chosen.devices)}, not on {device.value}. Leave --device out.")
    require_device(device)
    submissions = []
    for path in files:
        try:
            submissions.append(Submission.from_file(path))
        except OSError as error:
            fail(f"{path} can't be read ({error.strerror}). Nothing was graded; name files that are there.")
    _must_be_writable(output)
    if feedback is not None:
        prepare_feedback(feedback)
    settings = Settings(
        checks="hidden", device=device.value, walled=not no_wall, seed=seed, secret=deployment_secret(), jobs=jobs
    )
    wanted = Format.JSON if as_json else format
    try:
        with Grader(settings) as grader, _progress(len(files)) as tick:
            reports = []
            for report in grader.grade_many(submissions, chosen):
                reports.append(report)
                tick()
                if wanted is Format.JSON and output is None:
                    from grader.report.json_form import to_json

                    print(to_json(report), flush=True)
    except CourseError as error:
        fail(str(error))
    if wanted is not Format.JSON or output is not None:
        _write(reports, wanted, output, chosen.title)
    if feedback is not None:
        write_feedback(feedback, submissions, reports, chosen, after_due=after_due)
    failed = any(report.verdict in (Verdict.NOT_GRADED, Verdict.BROKEN_EXERCISE) for report in reports)
    raise typer.Exit(3 if failed else 0)


def _must_be_writable(output: Path | None) -> None:
    """Found out before anything is graded, so that no report is lost."""
    try:
        if output is not None:
            output.open("a").close()
    except OSError as error:
        fail(f"{output} can't be written ({error.strerror}). Nothing was graded; name another file with --output.")


def _write(reports: list[Report], format: Format, output: Path | None, title: str) -> None:
    if format is Format.TEXT and output is None:
        from grader.report.text import render_text

        out = console()
        for report in reports:
            render_text(report, out)
        return
    text = _rendered(reports, format, title)
    if output is None:
        print(text)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        fail(f"{output} can't be written ({error.strerror}). Name another file with --output.")


def _rendered(reports: list[Report], format: Format, title: str) -> str:
    """The reports in a form that is a file of its own."""
    if format is Format.JSON:
        from grader.report.json_form import to_json

        return "".join(f"{to_json(report)}\n" for report in reports)
    if format is Format.HTML:
        from grader.report.html import render_html

        return render_html(reports, title=title)
    if format is Format.JUNIT:
        from grader.report.junit import to_junit

        return to_junit(reports)
    if format is Format.GRADESCOPE:
        import json

        from grader.report.gradescope import to_gradescope

        results = [to_gradescope(report) for report in reports]
        return json.dumps(results[0] if len(results) == 1 else results, indent=2)
    import io

    from rich.console import Console

    from grader.report.text import render_text

    page = io.StringIO()
    for report in reports:
        render_text(report, Console(file=page, width=100))
    return page.getvalue()


class _progress:  # noqa: N801 - used like a function
    """A progress bar on stderr when a person is looking and there is more than a moment to wait."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Any:
        from rich.console import Console
        from rich.progress import Progress

        screen = Console(stderr=True)
        if self._total < 3 or not screen.is_terminal:
            return lambda: None
        self._bar = Progress(console=screen, transient=True)
        self._bar.start()
        self._task = self._bar.add_task("grading", total=self._total)
        return lambda: self._bar.advance(self._task)

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()
