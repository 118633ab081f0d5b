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


_LONGEST = {"rationale": 4000, "hint": 1000, "mistake": 100}
_LONGEST_PART = 400


def cut(outcome: Outcome) -> Outcome:
    """The same outcome, no longer than anybody reads: a check's message may quote what the student's code returned."""
    texts = {name: getattr(outcome, name) for name in _LONGEST}
    short = {name: _cut(text, _LONGEST[name]) for name, text in texts.items() if len(text) > _LONGEST[name]}
    found = outcome.difference
    if found is not None:
        parts = {name: getattr(found, name) for name in ("what", "got", "expected", "allowed")}
        longer = {name: _cut(text, _LONGEST_PART) for name, text in parts.items() if len(text) > _LONGEST_PART}
        if longer:
            found = msgspec.structs.replace(found, **longer)
    return msgspec.structs.replace(outcome, difference=found, **short)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} ... ({len(text) - most} more characters)"


PASSED: Final = Outcome(verdict=Verdict.PASSED)
