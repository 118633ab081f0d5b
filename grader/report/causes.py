"""The known mistakes that a grading recognised: said once, however many checks they explain."""

from __future__ import annotations

from typing import NamedTuple

from grader.report.model import CheckResult, Report, Verdict


class Cause(NamedTuple):
    """A known mistake, its hint, the number of failed checks that it explains, and whether those are all."""

    mistake: str
    hint: str
    checks: int
    everything: bool

    @property
    def name(self) -> str:
        return self.mistake.replace("_", " ")


def likely_causes(report: Report) -> tuple[Cause, ...]:
    """The known mistakes behind the failed checks, in the order of the checks, each with its first hint."""
    failed = [check for check in report.checks if check.verdict not in (Verdict.PASSED, Verdict.SKIPPED)]
    found: dict[str, list[CheckResult]] = {}
    for check in failed:
        if check.mistake:
            found.setdefault(check.mistake, []).append(check)
    return tuple(
        Cause(
            mistake, next((check.hint for check in checks if check.hint), ""), len(checks), len(checks) == len(failed)
        )
        for mistake, checks in found.items()
    )


def cause_of(check: CheckResult, causes: tuple[Cause, ...]) -> Cause | None:
    """The likely cause that explains a failed check, if there is one."""
    if check.verdict is Verdict.PASSED:
        return None
    return next((cause for cause in causes if cause.mistake == check.mistake), None)


def own_hint(check: CheckResult, causes: tuple[Cause, ...]) -> str:
    """The hint to show beside a check: empty when it passed, or when its likely cause says the same."""
    if check.verdict is Verdict.PASSED:
        return ""
    cause = cause_of(check, causes)
    return "" if cause and cause.hint == check.hint else check.hint
