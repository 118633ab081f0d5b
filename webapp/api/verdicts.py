"""Reports and verdicts as the asking person may read them: staff everything, students what `for_student` leaves."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grader.report.json_form import from_json
from grader.report.model import Report, Verdict
from grader.report.visibility import KEPT, for_student
from webapp.courses.window import extensions_of, window_of
from webapp.db.base import now
from webapp.db.people import Enrolment
from webapp.db.teaching import CourseRow
from webapp.db.work import Grading, Submission
from webapp.gradebook.lateness import policy_for
from webapp.policy import Act
from webapp.web.gate import here

TELLS_NOTHING = {verdict.value for verdict in (*KEPT, Verdict.WRONG)}  # of a check that stays hidden


def shown_report(db: Session, submission: Submission, report: str) -> Report:
    """A stored report. What is shown after the due date is shown after this student's own."""
    whole = from_json(report)
    if here.person.may(Act.SEE_ALL, course=here.course.id):
        return whole
    return for_student(whole, after_due=_is_after_due(db, here.course, submission))


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
        told[submission.id] = grading.verdict if plain else shown_report(db, submission, grading.report).verdict.value
    return told


def _is_after_due(db: Session, course: CourseRow, submission: Submission) -> bool:
    enrolment: Enrolment = submission.enrolment
    policy = policy_for(course.late_policy, submission.assignment.late_policy)
    window = window_of(submission.assignment, extensions_of(db, enrolment), cut_off=policy.cuts_off)
    return window.due_at is not None and now() > window.due_at
