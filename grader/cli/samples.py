"""`gradgym samples`: sample submissions for every exercise, graded behind the wall, as a table and a page to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.options import CourseOption, console, fail, open_course
from grader.course.model import CourseError

if TYPE_CHECKING:
    from grader.report.model import Report

_WIDE = 110  # columns from which on there is room for what a report says

_INTRO = """Every submission below was graded by its exercise's hidden checks, behind the wall.

ada handed in right answers; bob's are the untouched stub, a subtle mistake, a crash and an endless loop; mallory
cheats: \
her file patches the comparison functions, looks for the solutions and returns objects that claim to equal anything."""


def samples(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where submissions and the page go.")] = Path(
        "samples"
    ),
    course: CourseOption = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="How many gradings at a time.")] = 2,
) -> None:
    """Make sample submissions for the course, grade them in the jail, and write a page with all reports."""
    from grader.api import Grader, Settings
    from grader.host.processes import ProcessTrouble
    from grader.jail.outer import NoWall
    from grader.samples import Sample, samples_of

    loaded = open_course(course)
    if loaded.solutions is None:
        fail("Samples are graded with the hidden checks, and this copy of the course has no solutions folder.")
    results: list[tuple[Sample, Report]] = []
    try:
        with Grader(Settings(seed=0, jobs=jobs)) as grader, _bar(len(loaded.exercises)) as step:
            for number, exercise in enumerate(loaded.exercises):
                step(exercise.slug)
                samples = samples_of(exercise, grader.programs(exercise), hanging=number % 10 == 0)
                submissions = [sample.write(directory / "submissions" / exercise.slug) for sample in samples]
                results += zip(samples, grader.grade_many(submissions, exercise), strict=True)
                grader.forget(exercise)
    except (CourseError, NoWall, ProcessTrouble) as error:
        fail(f"{str(error).rstrip('.')}. `gradgym doctor` says what this machine lacks.")
    page = _write_page(directory, results, {exercise.slug: exercise.statement for exercise in loaded.exercises})
    _print(results)
    out = console()
    out.print(f"\n{len(results)} submissions graded. Read the reports: {page.absolute()}", soft_wrap=True, markup=False)
    unexpected = [
        f"{sample.exercise}/{sample.name}: {report.verdict}"
        for sample, report in results
        if not sample.as_meant(report)
    ]
    if unexpected:
        fail(f"Not as it should be: {', '.join(unexpected)}. Run `gradgym doctor` and `gradgym verify`.")


def _write_page(directory: Path, results: list[tuple[Any, Report]], statements: dict[str, Path]) -> Path:
    from grader.report.html import render_html

    page = directory / "report.html"
    texts = {slug: path.read_text("utf-8") for slug, path in statements.items()}
    html = render_html([report for _, report in results], title="gradgym samples", intro=_INTRO, statement_of=texts)
    page.write_text(html, "utf-8")
    return page


def _print(results: list[tuple[Any, Report]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from grader.report.model import plain_points
    from grader.report.verdict_words import WORDS

    table = Table(box=None, pad_edge=False)
    out = console()
    names = [
        "exercise",
        "submission",
        "verdict",
        "points",
        "seconds",
        *(["what it says"] if out.width >= _WIDE else []),
    ]
    for name in names:
        table.add_column(
            name, justify="right" if name in ("points", "seconds") else "left", no_wrap=name != "what it says"
        )
    for sample, report in results:
        words = WORDS[report.verdict]
        score = "-" if report.score is None else f"{plain_points(report.score)} of {plain_points(report.max_score)}"
        first = next((check for check in report.checks if check.verdict == report.verdict), None)
        says = report.message or (first.hint or first.rationale if first and report.verdict != "passed" else "")
        cells = (
            sample.exercise,
            sample.name,
            f"{words.symbol} {words.word}",
            score,
            f"{report.seconds:.2f}",
            Text(says, "dim"),
        )
        table.add_row(*cells[: len(names)])
    out.print(table)


class _bar:  # noqa: N801 - used like a function
    """Progress over the exercises, on stderr."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("grading {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        self._task = self._bar.add_task("", total=self._total)
        self._begun = 0
        return self._step

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def _step(self, name: str) -> None:
        self._bar.update(self._task, description=name, completed=self._begun)
        self._begun += 1
