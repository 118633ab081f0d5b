"""What one student sent for one assignment so far, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.courses.window import Window
from webapp.db.work import Grading, Result, State, Submission
from webapp.web.problem import not_found


@dataclass(frozen=True)
class Attempt:
    """One submission as a row. `score` is what the grading gave, None where it gave none."""

    id: int
    number: int
    submitted_at: datetime
    via: str
    filename: str
    state: State
    verdict: str
    score: int | None
    days_late: int

    @property
    def shown_verdict(self) -> str:
        """The verdict, or the state where there is none."""
        return self.verdict if self.state is State.GRADED and self.verdict else self.state.value


def attempts_of(db: Session, assignment: int, enrolment: int, window: Window) -> list[Attempt]:
    """The newest first. Lateness is counted from the deadline that holds now."""
    query = (
        select(Submission, Grading.told, Grading.score)
        .outerjoin(Grading, Grading.id == Submission.grading_id)
        .where(Submission.assignment_id == assignment, Submission.enrolment_id == enrolment)
        .order_by(Submission.number.desc())
    )
    return [
        Attempt(
            sent.id,
            sent.number,
            sent.submitted_at,
            sent.via,
            sent.filename,
            State(sent.state),
            verdict or "",
            score,
            window.days_late(sent.submitted_at),
        )
        for sent, verdict, score in db.execute(query)
    ]


def result_of(db: Session, assignment: int, enrolment: int) -> Result | None:
    return db.get(Result, (enrolment, assignment))


def sibling(db: Session, of: Submission, other: int) -> Submission:
    """Another submission of the same student to the same assignment. Raises Problem (404)."""
    found = db.get(Submission, other)
    if found is None or (found.enrolment_id, found.assignment_id) != (of.enrolment_id, of.assignment_id):
        raise not_found("submission")
    return found
