"""What the host gathers while a grading runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from grader.report.outcome import Outcome


@dataclass
class Found:
    """What a grading found, before it becomes a report."""

    outcomes: dict[int, tuple[Outcome, float]] = field(default_factory=dict)
    refused: dict[str, Any] | None = None
    diagnosed: dict[str, Any] | None = None
    stdout: str = ""
    stderr: str = ""
    output_cut: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_kb: int = 0
