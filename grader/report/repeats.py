"""A report for someone who reads from top to bottom: what has been said above is not said again."""

from __future__ import annotations

import msgspec

from grader.report.model import CheckResult, Difference, Report, Where

ABOVE = "as above"


def without_repeats(report: Report) -> Report:
    """The same report, where a check that fails just as the message or the check above says points up instead."""
    said: tuple[str, str, Difference | None, Where | None] = ("", "", None, None)
    checks: list[CheckResult] = []
    for check in report.checks:
        saying = _said(check)
        if check.rationale and (saying == said or check.rationale == report.message):
            checks.append(msgspec.structs.replace(check, rationale=ABOVE, difference=None, where=None))
        else:
            checks.append(check)
        said = saying
    return msgspec.structs.replace(report, checks=tuple(checks))


def _said(check: CheckResult) -> tuple[str, str, Difference | None, Where | None]:
    return check.verdict.value, check.rationale, check.difference, check.where
