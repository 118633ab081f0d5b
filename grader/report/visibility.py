"""What a student may read of a report, decided in one place and before any renderer sees it."""

from __future__ import annotations

import msgspec

from grader.report.model import CheckResult, Report, Verdict

ANONYMOUS_TITLE = "a check that stays hidden"
KEPT = (Verdict.PASSED, Verdict.SKIPPED, Verdict.BROKEN_EXERCISE, Verdict.NOT_GRADED)  # say nothing of the check


def for_student(report: Report, *, after_due: bool = False) -> Report:
    """The report without what its student may not read.

    A check with visible "now" stays as it is, and so does one with "after_due" once `after_due` is true. Before that,
    it keeps name, title, verdict and points, and loses rationale, hint, mistake, difference and where. Every other
    check becomes an anonymous entry at the end, which keeps points and whether it passed, so that all sums and
    counts still hold. `mistakes` names only what the checks left still name. The seed of hidden checks is taken out.
    Doing it twice changes nothing more.
    """
    open_checks: list[CheckResult] = []
    closed: list[CheckResult] = []
    for check in report.checks:
        if check.visible == "now" or (check.visible == "after_due" and after_due):
            open_checks.append(check)
        elif check.visible == "after_due":
            open_checks.append(_without_details(check))
        else:
            closed.append(_anonymous(check, len(closed) + 1))
    checks = (*open_checks, *closed)
    seed = 0 if any(check.hidden for check in checks) else report.seed
    if checks == report.checks:
        return msgspec.structs.replace(report, seed=seed)
    named = {check.mistake for check in checks}
    return msgspec.structs.replace(
        report,
        checks=checks,
        mistakes=tuple(mistake for mistake in report.mistakes if mistake in named),
        verdict=_verdict(report, open_checks),
        seed=seed,
    )


def _without_details(check: CheckResult) -> CheckResult:
    return msgspec.structs.replace(check, rationale="", hint="", mistake="", difference=None, where=None)


def _anonymous(check: CheckResult, number: int) -> CheckResult:
    return CheckResult(
        name=f"hidden_check_{number}",
        title=ANONYMOUS_TITLE,
        verdict=check.verdict if check.verdict in KEPT else Verdict.WRONG,
        points=check.points,
        earned=check.earned,
        visible="never",
        hidden=True,
    )


def _verdict(report: Report, open_checks: list[CheckResult]) -> Verdict:
    """The report's verdict, but never one that only a check with no name could have given it."""
    told = report.verdict in KEPT or report.message or any(check.verdict is report.verdict for check in open_checks)
    return report.verdict if told else Verdict.WRONG
