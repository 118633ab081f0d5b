"""A report as Gradescope's results.json."""

from __future__ import annotations

from typing import Any, Final

from grader.report.model import CheckResult, Report, Verdict, plain_points
from grader.report.plain_text import check_lines, report_lines
from grader.report.printable import excerpt, one_line
from grader.report.visibility import for_student
from grader.report.words import true_score

VISIBILITY: Final = {"now": "visible", "after_due": "after_due_date", "never": "hidden"}
OUTPUT_LINES: Final = 60


def to_gradescope(report: Report) -> dict[str, Any]:
    """The dict to write to results.json, from a full report: Gradescope itself hides what is not visible yet.

    Every student reads the top-level `output`, so it is made from `for_student(report)`. A report whose score means
    nothing (not graded, broken exercise) has no score and no tests: Gradescope then shows a failed run, not a zero.
    """
    results: dict[str, Any] = {
        "output": _output(for_student(report)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(report.seconds, 3),
        "extra_data": {"exercise_hash": report.exercise_hash, "verdict": report.verdict.value},
    }
    score = true_score(report)
    if score is not None:
        results["score"] = plain_points(score)
        results["tests"] = [_test(check, number) for number, check in enumerate(report.checks, start=1)]
    return results


def _test(check: CheckResult, number: int) -> dict[str, Any]:
    return {
        "number": str(number),
        "name": one_line(check.title or check.name),
        "score": plain_points(check.earned),
        "max_score": plain_points(check.points),
        "status": "passed" if check.verdict is Verdict.PASSED else "failed",
        "output": check_lines(check),
        "visibility": VISIBILITY.get(check.visible, "hidden"),
    }


def _output(report: Report) -> str:
    parts = [report_lines(report)]
    for name, text in (("stdout", report.stdout), ("stderr", report.stderr)):
        if text.strip():
            parts.append(f"printed by your code ({name}):\n{excerpt(text, lines=OUTPUT_LINES).text}")
    return "\n\n".join(parts)
