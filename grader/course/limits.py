"""The [limits] table, the same in course.toml and exercise.toml."""

from __future__ import annotations

from decimal import Decimal

from grader.course import keys
from grader.course.model import Limits
from grader.course.toml import Table


def read_limits(table: Table, default: Limits) -> Limits:
    """The limits that a file sets, each missing one taken from `default`."""
    limits = table.table("limits", keys.LIMITS)
    return Limits(
        seconds=float(limits.positive("seconds", 3600, Decimal(str(default.seconds)))),
        memory_mb=limits.whole("memory_mb", 1, 1_000_000, default.memory_mb),
    )
