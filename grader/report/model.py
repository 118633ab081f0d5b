"""The report: what one grading found, as values. Renderers choose the words and colours.

Points are kept as integers of milli-points, so that sums are exact; the JSON form carries plain numbers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

FORMAT: Final = 1


class Verdict(StrEnum):
    """Who acts next: the student, the author (`broken_exercise`) or the operator (`not_graded`)."""

    PASSED = "passed"
    WRONG = "wrong"
    NOT_WRITTEN = "not_written"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    FORBIDDEN = "forbidden"
    SKIPPED = "skipped"
    BROKEN_EXERCISE = "broken_exercise"
    NOT_GRADED = "not_graded"


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the student's own file. `line` counts from 1; `source` is that line's text, stripped.

    In a notebook, `cell` counts all cells from 1, and `line` the lines of that cell; 0 where the file is no notebook.
    """

    file: str
    line: int
    source: str = ""
    function: str = ""
    cell: int = 0


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How two values differ. All numbers are text already, so that nan and inf survive JSON.

    `what` names the value inside the result ("weights[1]"); `differing` of `total` elements are out of tolerance;
    `worst` is the index of the largest excess, with `got`, `expected` and the `allowed` absolute difference there.
    """

    what: str
    kind: str  # "values", "not finite", or one that `differences.PHRASES` has words for
    got: str = ""
    expected: str = ""
    allowed: str = ""
    worst: tuple[int, ...] | None = None
    differing: int = 0
    total: int = 0
    got_shape: tuple[int, ...] | None = None
    expected_shape: tuple[int, ...] | None = None
    got_dtype: str = ""
    expected_dtype: str = ""


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check. `points` and `earned` are milli-points; `rationale` says why it failed, `hint` what to think about."""

    name: str
    title: str
    verdict: Verdict
    points: int = 0
    earned: int = 0
    rationale: str = ""
    hint: str = ""
    mistake: str = ""
    difference: Difference | None = None
    where: Where | None = None
    seconds: float = 0.0
    visible: str = "now"
    hidden: bool = False


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one grading of one submission. `score` and `max_score` are milli-points.

    `score` is None where nothing was graded: our failure is no zero.
    `message` is one sentence about the whole submission (why nothing could be graded, a syntax error, a forbidden
    name), empty when the checks speak for themselves. `wall` says what stood between the student's code and the checks:
    "jail", or "none" when a person chose to grade without one. `hidden_checks_left` counts the hidden checks that
    this grading did not run. `notes` are sentences on how the submission was read, such as what of a notebook was left
    out.
    """

    exercise: str
    title: str
    verdict: Verdict
    checks: tuple[CheckResult, ...] = ()
    message: str = ""
    where: Where | None = None
    submission: str = ""
    score: int | None = 0
    max_score: int = 0
    mistakes: tuple[str, ...] = ()
    stdout: str = ""
    stderr: str = ""
    output_cut: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    seed: int = 0
    exercise_hash: str = ""
    device: str = "cpu"
    wall: str = "jail"
    hidden_checks_left: int = 0
    environment: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    format: int = FORMAT


def plain_points(milli: int) -> int | float:
    """Milli-points as the plain number a person writes: 1250 -> 1.25, 3000 -> 3."""
    return milli // 1000 if milli % 1000 == 0 else milli / 1000
