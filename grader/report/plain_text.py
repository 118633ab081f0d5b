"""A report as plain lines without colours or boxes, for formats that carry one string."""

from __future__ import annotations

from grader.report import differences
from grader.report.causes import likely_causes
from grader.report.model import CheckResult, Report, Verdict
from grader.report.printable import printable
from grader.report.words import headline, next_step, notes, place, sentence_below, why


def check_lines(check: CheckResult) -> str:
    """What there is to say about a check; empty when it passed."""
    if check.verdict is Verdict.PASSED:
        return ""
    lines = [why(check)]
    if check.difference:
        lines += sentence_below(check)
        lines += [f"  {label:<10}{text}" for label, text in differences.rows(check.difference)]
    if check.where:
        lines += [place(check.where), f"  {check.where.source}" if check.where.source else ""]
    if check.hint:
        lines.append(f"Hint: {check.hint}")
    return printable("\n".join(line for line in lines if line))


def report_lines(report: Report) -> str:
    """What there is to say about the whole report, checks and output left out."""
    lines = [headline(report), report.message]
    if report.where:
        lines += [place(report.where), f"  {report.where.source}" if report.where.source else ""]
    lines.append(next_step(report))
    lines += [f"Likely cause: {cause.name}. {cause.hint}".rstrip() for cause in likely_causes(report)]
    lines += notes(report)
    return printable("\n".join(line for line in lines if line))
