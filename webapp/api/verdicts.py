"""Reports and verdicts as the asking person may read them: staff everything, students what `for_student` leaves."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grader.report.model import Report, Verdict
from grader.report.visibility import KEPT
from webapp.db.work import Grading, Submission
from webapp.policy import Act
from webapp.submissions.overview import window_for
from webapp.submissions.reading import report_for
from webapp.web.gate import here

TELLS_NOTHING = {verdict.value for verdict in (*KEPT, Verdict.WRONG)}  # of a check that stays hidden


def shown_report(db: Session, submission: Submission, grading: Grading) -> Report:
    """A stored report. What is shown after the due date is shown after this student's own."""
    window = window_for(db, here.course, submission.assignment, submission.enrolment)
    return report_for(grading, window, everything=here.person.may(Act.SEE_ALL, course=here.course.id))


def shown_verdicts(db: Session, submissions: Iterable[int]) -> dict[int, str]:
    """submission id -> verdict of the grading that counts; those that have none are left out."""
    wanted = (
        select(Submission, Grading)
        .join(Grading, Grading.id == Submission.grading_id)
        .where(Submission.id.in_(list(submissions)))
        .options(joinedload(Submission.enrolment), joinedload(Submission.assignment))
    )
    staff = here.person.may(Act.SEE_ALL, course=here.course.id)
    told = {}
    for submission, grading in db.execute(wanted).unique():
        plain = staff or grading.verdict in TELLS_NOTHING
        told[submission.id] = grading.verdict if plain else shown_report(db, submission, grading).verdict.value
    return told
