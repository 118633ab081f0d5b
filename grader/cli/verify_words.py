"""What `gradgym verify` prints: its progress, and what was proved."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import typer


class Progress:
    """A bar for each exercise that is being proved, or silence."""

    def __init__(self, quiet: bool, total: int) -> None:
        self._quiet, self._total, self._begun = quiet, total, 0
        self._bar: Any = None

    def __enter__(self) -> Progress:
        if not self._quiet:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bars

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Bars(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    @contextlib.contextmanager
    def of(self, slug: str) -> Iterator[Callable[[int, int], None]]:
        """The steps of one exercise; its bar goes when the exercise is done."""
        self._begun += 1
        if self._bar is None:
            yield lambda done, of: None
            return
        task = self._bar.add_task(rf"\[{self._begun}/{self._total}] {slug}", total=None)
        try:
            yield lambda done, of: self._bar.update(task, completed=done, total=of)
        finally:
            self._bar.remove_task(task)


def print_skipped(slugs: list[str], device: str) -> None:
    """To stderr, so that --json stays what it is."""
    typer.echo(f"Skipped, because they don't run on {device}: {', '.join(slugs)}.", err=True)


def print_proofs(proofs: list[Any], *, with_tables: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    summary = Table(box=None, pad_edge=False)
    for words in _columns(proofs):
        summary.add_column(words, justify="left" if words in ("exercise", "") else "right", no_wrap=True)
    for proof in proofs:
        if with_tables:
            _print_table(console, proof)
        for problem in proof.problems:
            console.print(Text.assemble(("✗ ", "bold red"), (f"{proof.exercise.slug}: ", "bold"), problem))
        if proof.killing is not None:
            _print_survivors(console, proof)
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
            f"{proof.slowest:.2f}/{proof.exercise.limits.seconds:g} s",
            _margins(proof),
            *([_killed(proof)] if any(other.killing for other in proofs) else []),
            Text("✓ holds", "green") if proof.holds else Text(f"✗ {len(proof.problems)} to mend", "red"),
        )
    console.print(summary)


def _columns(proofs: list[Any]) -> list[str]:
    mutants = ["mutants\nkilled"] if any(proof.killing for proof in proofs) else []
    return ["exercise", "checks", "mistakes\nnamed", "slowest\ncheck", "margins", *mutants, ""]


def _margins(proof: Any) -> str:
    """The largest use of a tolerance by a right answer, and the smallest by a mistake."""
    right, wrong = proof.margins.largest_right, proof.margins.smallest_wrong
    return f"{_ratio(right)} - {_ratio(wrong)}" + ("*" if proof.exercise.margin else "")


def _ratio(value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:.0e}" if 0 < value < 0.01 or value >= 1000 else f"{value:.2g}"


def _killed(proof: Any) -> str:
    killing = proof.killing
    if killing is None or not killing.counted:
        return "-"
    return f"{killing.killed / killing.counted:.0%}"


def _print_survivors(console: Any, proof: Any) -> None:
    from rich.text import Text

    killing = proof.killing
    if killing.gaps:
        equal = len(killing.run) - killing.counted
        words = f"{killing.killed} of {killing.counted} mutants killed" + (f", {equal} equivalent" if equal else "")
        console.print(Text.assemble(("○ ", "yellow"), (f"{proof.exercise.slug}: ", "bold"), words))
    for mutant in killing.gaps:
        head = (("○ ", "yellow"), (f"{proof.exercise.slug}: ", "bold"), f"mutant {mutant.id} survives:")
        console.print(Text.assemble(*head, f"\n    {mutant.before}\n    {mutant.after}"))


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
