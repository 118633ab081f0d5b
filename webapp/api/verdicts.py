"""Reports and verdicts as the asking person may read them: staff everything, students what `for_student` leaves."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.report.model import Report
from webapp.db.work import Grading, Submission
from webapp.policy import Act
from webapp.submissions.overview import window_for
from webapp.submissions.reading import report_for
from webapp.web.gate import here


def shown_report(db: Session, submission: Submission, grading: Grading) -> Report:
    """A stored report. What is shown after the due date is shown after this student's own."""
    window = window_for(db, here.course, submission.assignment, submission.enrolment)
    return report_for(grading, window, everything=here.person.may(Act.SEE_ALL, course=here.course.id))


def shown_verdicts(db: Session, submissions: Iterable[int]) -> dict[int, str]:
    """submission id -> verdict of the grading that counts; those that have none are left out."""
    wanted = (
        select(Submission.id, Grading.verdict, Grading.told)
        .join(Grading, Grading.id == Submission.grading_id)
        .where(Submission.id.in_(list(submissions)))
    )
    staff = here.person.may(Act.SEE_ALL, course=here.course.id)
    return {id: verdict if staff else told for id, verdict, told in db.execute(wanted)}
