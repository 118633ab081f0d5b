"""The report of one grading: its types and its JSON form. Renderers stand in modules of their own."""

from grader.report.json_form import ReportError, from_dict, from_json, to_dict, to_json
from grader.report.model import (
    FORMAT,
    CheckResult,
    Difference,
    Report,
    Verdict,
    Where,
    plain_points,
)

__all__ = [
    "FORMAT",
    "CheckResult",
    "Difference",
    "Report",
    "ReportError",
    "Verdict",
    "Where",
    "from_dict",
    "from_json",
    "plain_points",
    "to_dict",
    "to_json",
]
