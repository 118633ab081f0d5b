"""How one check ended: what the examiner tells the host, before it becomes a part of the report."""

from __future__ import annotations

from typing import Final

import msgspec

from grader.report.model import Difference, Verdict, Where


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one check ended. `mistake` is the id of a rule (later perhaps of the bank), `hint` its hint.

    `margin`, for proofs alone and in no report: the largest difference by what its tolerance allows.
    """

    verdict: Verdict
    rationale: str = ""
    hint: str = ""
    mistake: str = ""
    difference: Difference | None = None
    where: Where | None = None
    margin: float | None = None


PASSED: Final = Outcome(verdict=Verdict.PASSED)
