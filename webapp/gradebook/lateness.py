"""What lateness costs. A policy is plain data: of a course, or of one assignment."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Kind = Literal["none", "per_day", "grace_days", "cut_off"]


class LatePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rule, by `kind`.

    none: accepted until it closes, at no cost. per_day: every day begun costs `percent` of the score, `at_most` in all.
    grace_days: like per_day, but a student has `grace` days in the whole course that cost nothing, spent in the order
    of the deadlines. cut_off: nothing is accepted after the deadline.
    """

    kind: Kind = "none"
    percent: int = 10
    at_most: int = 100
    grace: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.percent <= 100 and 0 <= self.at_most <= 100 and 0 <= self.grace <= 365):
            raise ValueError("percent and at_most are between 0 and 100, grace between 0 and 365 days")

    @property
    def cuts_off(self) -> bool:
        return self.kind == "cut_off"

    def points(self, score: int, days: int, grace: int = 0) -> int:
        """What a score (milli-points) is worth `days` late, when `grace` of the days cost nothing.

        A fraction of a milli-point is rounded up, in the student's favour.
        """
        if self.kind in ("none", "cut_off"):
            return score
        lost = min(self.at_most, self.percent * max(0, days - grace))
        return -(-score * (100 - lost) // 100)

    def short(self) -> str:
        """The rule in a few words, for a table."""
        if self.kind in ("none", "cut_off"):
            return "no cost" if self.kind == "none" else "nothing late"
        words = f"{self.percent} % a day" + (f", at most {self.at_most} %" if self.at_most < 100 else "")
        return words if self.kind == "per_day" else f"{words}, {self.grace} days free"

    def sentence(self) -> str:
        """The rule as students read it before they send."""
        if self.kind == "cut_off":
            return "Nothing is accepted after the deadline."
        if self.kind == "none":
            return "Late work is accepted at no cost until the exercise closes."
        rule = f"Every day begun after the deadline costs {self.percent} % of the points"
        rule += f", at most {self.at_most} %." if self.at_most < 100 else "."
        if self.kind == "grace_days":
            rule += f" You have {self.grace} late days in the whole course that cost nothing."
        return rule


def policy_from(data: dict[str, Any] | None) -> LatePolicy:
    """A policy as it is stored. Raises msgspec.ValidationError for what is none."""
    return msgspec.convert(data or {}, LatePolicy)


def policy_for(course: dict[str, Any] | None, assignment: dict[str, Any] | None) -> LatePolicy:
    """The assignment's own policy, or the course's."""
    return policy_from(assignment if assignment is not None else course)
