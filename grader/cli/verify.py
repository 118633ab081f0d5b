"""`gradgym verify`: prove a course before a student sees it."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from grader.cli.device import Device, require_device
from grader.cli.options import CourseOption, fail, locate_course
from grader.cli.wall import NoWallOption


def verify(
    exercises: Annotated[
        list[str] | None, typer.Argument(help="Exercises to prove; all of the course without any.")
    ] = None,
    course: CourseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON per exercise.")] = False,
    table: Annotated[
        bool, typer.Option("--table", help="Show which check catches which mistake even when all is well.")
    ] = False,
    device: Annotated[Device, typer.Option(help="Prove those exercises that run on this device, on it.")] = Device.CPU,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=256, help="How many gradings at a time.")] = 2,
    no_wall: NoWallOption = False,
) -> None:
    """Prove exercises: the reference passes, the stub doesn't, every known mistake is caught and named.

    Exit code 0 when everything holds, 1 when something doesn't.
    """
    from grader.api import Grader, Settings
    from grader.course.learning import learning_problems
    from grader.course.load import find_exercise, load_course
    from grader.course.model import CourseError
    from grader.host.processes import ProcessTrouble
    from grader.jail.outer import NoWall
    from grader.proof import as_data, prove

    try:
        broken: dict[str, CourseError] = {}
        loaded = load_course(locate_course(course), on_error=broken.__setitem__)
        chosen = [find_exercise(loaded, name) for name in exercises] if exercises else list(loaded.exercises)
        if not exercises and (problems := [*map(str, broken.values()), *learning_problems(loaded)]):
            fail("\n".join(problems))
        if loaded.solutions is None:
            fail("This copy of the course has no solutions to prove it with. Run it where solutions/ is.")
        chosen = [exercise for exercise in chosen if device.value in exercise.devices]
        require_device(device)
        proofs = []
        with (
            Grader(Settings(checks="all", seed=0, device=device.value, walled=not no_wall)) as grader,
            _progress(as_json) as show,
        ):
            for number, exercise in enumerate(chosen, 1):
                step = show(f"[{number}/{len(chosen)}] {exercise.slug}")
                proof = prove(exercise, grader, jobs=jobs, on_step=step)
                grader.forget(exercise)
                proofs.append(proof)
                if as_json:
                    print(json.dumps(as_data(proof)), flush=True)
    except CourseError as problem:
        fail(str(problem))
    except (NoWall, ProcessTrouble) as problem:
        fail(f"{str(problem).rstrip('.')}. `gradgym doctor` says what is missing.")
    if not as_json:
        _print(proofs, with_tables=table or len(proofs) == 1)
    raise typer.Exit(0 if all(proof.holds for proof in proofs) else 1)


class _progress:  # noqa: N801 - used like a function
    """A progress bar an exercise, or silence."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None

    def __enter__(self) -> Any:
        if self._quiet:
            return lambda _: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        return self._task

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _task(self, words: str) -> Any:
        for task in self._bar.tasks:
            self._bar.update(task.id, visible=False)
        task = self._bar.add_task(words.replace("[", r"\["), total=None)
        return lambda done, of: self._bar.update(task, completed=done, total=of)


def _print(proofs: list[Any], *, with_tables: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    summary = Table(box=None, pad_edge=False)
    for words in ("exercise", "checks", "mistakes named", "gradings", "slowest check", ""):
        summary.add_column(words, justify="left" if words in ("exercise", "") else "right", no_wrap=words == "exercise")
    for proof in proofs:
        if with_tables:
            _print_table(console, proof)
        for problem in proof.problems:
            console.print(Text.assemble(("✗ ", "bold red"), (f"{proof.exercise.slug}: ", "bold"), problem))
        for note in proof.notes:
            console.print(Text.assemble(("· ", "yellow"), (f"{proof.exercise.slug}: ", "bold"), note))
        caught = sum(
            not any(f"mistake {name} " in problem or f"mistake {name}:" in problem for problem in proof.problems)
            for name in proof.table
        )
        summary.add_row(
            proof.exercise.slug,
            str(len(proof.checks)),
            f"{caught} of {len(proof.table)}",
            str(proof.gradings),
            f"{proof.slowest:.2f} s of {proof.exercise.limits.seconds:g} s",
            Text("✓ holds", "green") if proof.holds else Text(f"✗ {len(proof.problems)} to mend", "red"),
        )
    console.print(summary)


def _print_table(console: Any, proof: Any) -> None:
    """Checks by mistakes: a mark where the check fails on the mistake."""
    from rich.table import Table

    grid = Table(title=f"{proof.exercise.slug}: which check catches which mistake", box=None, title_justify="left")
    grid.add_column("mistake")
    for number, _ in enumerate(proof.checks, 1):
        grid.add_column(str(number), justify="center")
    for name, row in proof.table.items():
        grid.add_row(name, *("●" if row.get(check) else "·" for check in proof.checks))
    console.print(grid)
    console.print(
        "  ".join(f"{number} {name}" for number, name in enumerate(proof.checks, 1)), style="dim", markup=False
    )
    console.print()
