"""A submission as somebody may read it: its report, what it counts for, and what a page says beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grader.report.causes import Cause, cause_of, likely_causes, own_hint
from grader.report.differences import rows
from grader.report.json_form import ReportError, from_json
from grader.report.model import CheckResult, Report, Verdict
from grader.report.printable import excerpt as part_of
from grader.report.repeats import without_repeats
from grader.report.visibility import ANONYMOUS_TITLE, for_student
from grader.report.words import sentence_below, true_score, why
from webapp.courses.window import Window
from webapp.db.base import now
from webapp.db.work import Grading, Source, Submission
from webapp.submissions.source import Piece, excerpt

OUTPUT_LINES = 300


@dataclass(frozen=True)
class CheckShown:
    """One check with all that stands below it. `comparison` are rows (label, text), `below` further sentences."""

    check: CheckResult
    why: str
    below: Sequence[str]
    comparison: Sequence[tuple[str, str]]
    cause: str
    hint: str
    listing: Piece | None


@dataclass(frozen=True)
class Output:
    """What the code printed. `is_short`: the page shows a part; `was_cut`: the grader kept only a part."""

    name: str
    text: str
    is_short: bool
    was_cut: bool


@dataclass(frozen=True)
class ReportShown:
    """A report, ready for a page. `score` is None where nothing counts; `unseen` checks stay without a name."""

    report: Report
    score: int | None
    causes: Sequence[Cause]
    checks: Sequence[CheckShown]
    unseen: Sequence[CheckResult]
    listing: Piece | None
    outputs: Sequence[Output]


def report_for(grading: Grading, window: Window, *, everything: bool, moment: datetime | None = None) -> Report:
    """The report of a grading as its student may read it now; `everything`: the whole, for staff. Raises ReportError."""
    report = from_json(grading.report)
    if everything:
        return report
    moment = moment or now()
    return for_student(report, after_due=window.due_at is not None and moment > window.due_at)


def shown(report: Report, pieces: list[Piece]) -> ReportShown:
    """What a page needs of a report; `pieces` are the submission's lines."""
    once = without_repeats(report)
    causes = likely_causes(once)
    named = [check for check in once.checks if check.title != ANONYMOUS_TITLE]
    unseen = [check for check in once.checks if check.title == ANONYMOUS_TITLE]
    return ReportShown(
        report=once,
        score=true_score(once),
        causes=causes,
        checks=[_check(check, causes, pieces) for check in named],
        unseen=unseen,
        listing=excerpt(pieces, once.where),
        outputs=[out for out in (_output(once, "stdout"), _output(once, "stderr")) if out.text],
    )


def _check(check: CheckResult, causes: tuple[Cause, ...], pieces: list[Piece]) -> CheckShown:
    if check.verdict is Verdict.PASSED:
        return CheckShown(check, "", (), (), "", "", None)
    cause = cause_of(check, causes)
    return CheckShown(
        check,
        why(check),
        sentence_below(check),
        rows(check.difference) if check.difference else (),
        cause.name if cause and not cause.everything else "",
        own_hint(check, causes),
        excerpt(pieces, check.where),
    )


def _output(report: Report, name: str) -> Output:
    part = part_of(getattr(report, name), lines=OUTPUT_LINES)
    return Output(name, part.text, part.cut, report.output_cut)


def grading_of(db: Session, submission: Submission) -> Grading | None:
    """The grading that counts."""
    return db.get(Grading, submission.grading_id) if submission.grading_id is not None else None


def content_of(db: Session, submission: Submission) -> bytes:
    return db.get_one(Source, submission.digest).content
