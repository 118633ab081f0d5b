"""`gradgym doctor`: what this machine enforces, layer by layer, and what to do about what it doesn't."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from grader.cli.options import console
from grader.jail.doctor import Finding, static_findings


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False) -> None:
    """Try the wall on this machine and say what holds. Exit code 0 when submissions can be graded here, 1 when not."""
    findings = [*static_findings(), *_tried(), _gpu()]
    ready = all(finding.holds for finding in findings if finding.needed)
    if as_json:
        typer.echo(json.dumps({"can_grade": ready, "findings": [dataclasses.asdict(finding) for finding in findings]}))
    else:
        _print(findings, ready)
    raise typer.Exit(0 if ready else 1)


def _tried() -> list[Finding]:
    from grader.host.inspection import inspect_wall
    from grader.host.processes import ProcessTrouble
    from grader.jail.outer import NoWall

    try:
        return inspect_wall()
    except (NoWall, ProcessTrouble) as problem:
        return [Finding("wall", False, "the wall does not go up", str(problem))]


def _gpu() -> Finding:
    import torch

    if not torch.cuda.is_available():
        return Finding("gpu", False, "there is no CUDA device here: exercises run on the CPU", needed=False)
    return Finding("gpu", True, f"{torch.cuda.get_device_name(0)}, torch {torch.__version__}", needed=False)


def _print(findings: list[Finding], ready: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for finding in findings:
        sign = Text("✓", "green") if finding.holds else Text("✗", "bold red") if finding.needed else Text("·", "yellow")
        says = Text(finding.says)
        if finding.remedy and not finding.holds:
            says.append(f"\n{finding.remedy}", style="yellow")
        table.add_row(sign, finding.name, says)
    out = console()
    out.print(table)
    out.print()
    if ready:
        out.print("Submissions can be graded here.", style="bold green")
    else:
        out.print(
            "Nothing is graded here until the lines marked ✗ are mended. `gradgym check` works all the same.",
            style="bold red",
        )
