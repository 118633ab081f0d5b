"""What each student has for each assignment, made anew from what is on record. The only writer of `results`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from webapp.courses.window import Window, extensions_of, window_of
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, CourseRow
from webapp.db.work import Grading, Override, Result, State, Submission
from webapp.gradebook.lateness import LatePolicy, policy_for


@dataclass(frozen=True)
class Sent:
    """One submission, as far as it counts. `score` is None where it has none (yet, or because we failed)."""

    id: int
    submitted_at: datetime
    state: State
    score: int | None
    verdict: str


def refresh(db: Session, course: CourseRow, enrolments: Iterable[int], *, only: int | None = None) -> None:
    """Make the results of these students anew: for assignment `only`, or for all (always where grace days are shared).

    Locks the enrolments, so that two gradings of one student that end together don't lose each other.
    """
    if policy_for(course.late_policy, None).kind == "grace_days":
        only = None
    assignments = db.scalars(select(Assignment).where(Assignment.course_id == course.id)).unique().all()
    assignments = sorted(assignments, key=lambda found: (found.due_at is None, found.due_at, found.id))
    for id in sorted(set(enrolments)):
        enrolment = db.get(Enrolment, id, with_for_update=True)
        assert enrolment is not None
        _refresh_one(db, course, enrolment, assignments, only)


def _refresh_one(
    db: Session, course: CourseRow, enrolment: Enrolment, assignments: Sequence[Assignment], only: int | None
) -> None:
    sent = sent_of(db, enrolment.id, only)
    given = overrides_of(db, enrolment.id, only)
    extensions = extensions_of(db, enrolment)
    left = policy_for(course.late_policy, None).grace
    rows = []
    for assignment in assignments:
        if only is not None and assignment.id != only:
            continue
        tried = sent.get(assignment.id, [])
        override = given.get(assignment.id)
        if not tried and override is None:
            continue
        policy = policy_for(course.late_policy, assignment.late_policy)
        counted = counting(tried, assignment.counts, policy, window_of(assignment, extensions), left)
        left -= counted["grace_days"]
        if override is not None:
            counted |= {"points": override, "is_overridden": True}
        rows.append({"enrolment_id": enrolment.id, "assignment_id": assignment.id, **counted})
    theirs = delete(Result).where(Result.enrolment_id == enrolment.id)
    gone = Result.assignment_id.not_in([row["assignment_id"] for row in rows])
    db.execute(theirs.where(gone) if only is None else theirs.where(gone, Result.assignment_id == only))
    if rows:
        _write(db, rows)


def _write(db: Session, rows: list[dict[str, Any]]) -> None:
    insert = sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = insert(Result)
    new = {name: statement.excluded[name] for name in rows[0] if not name.endswith("_id") or name == "submission_id"}
    db.execute(statement.on_conflict_do_update(index_elements=["enrolment_id", "assignment_id"], set_=new), rows)


def counting(tried: Sequence[Sent], counts: str, policy: LatePolicy, window: Window, grace: int) -> dict[str, Any]:
    """Which submission counts, and for how much: columns of a result.

    "last": the last that was graded. "best": the one worth most after lateness; among equals the one that spends the
    fewest grace days, then the earliest.
    """
    best: dict[str, Any] = {
        "submission_id": None,
        "points": None,
        "score": None,
        "verdict": "",
        "days_late": 0,
        "grace_days": 0,
    }
    graded = [one for one in tried if one.score is not None]
    rank: tuple[int, int] | None = None
    for one in graded if counts == "best" else graded[-1:]:
        assert one.score is not None
        days = window.days_late(one.submitted_at)
        spent = min(days, grace) if policy.kind == "grace_days" else 0
        points = policy.points(one.score, days, spent)
        if rank is None or (points, -spent) > rank:
            rank = (points, -spent)
            best = {
                "submission_id": one.id,
                "points": points,
                "score": one.score,
                "verdict": one.verdict,
                "days_late": days,
                "grace_days": spent,
            }
    if best["submission_id"] is None and tried:
        best["verdict"] = tried[-1].verdict
    return best | {
        "attempts": attempts_used(tried),
        "is_waiting": any(one.state in (State.QUEUED, State.GRADING) for one in tried),
        "is_overridden": False,
    }


def attempts_used(tried: Sequence[Sent]) -> int:
    """How many of these count as attempts: what we could not grade is none."""
    return sum(one.score is not None or one.state in (State.QUEUED, State.GRADING) for one in tried)


def sent_of(db: Session, enrolment: int, only: int | None = None) -> dict[int, list[Sent]]:
    """assignment id -> what this student sent, in the order of sending."""
    query = (
        select(
            Submission.assignment_id,
            Submission.id,
            Submission.submitted_at,
            Submission.state,
            Grading.score,
            Grading.verdict,
        )
        .outerjoin(Grading, Grading.id == Submission.grading_id)
        .where(Submission.enrolment_id == enrolment)
        .order_by(Submission.number)
    )
    if only is not None:
        query = query.where(Submission.assignment_id == only)
    found: dict[int, list[Sent]] = defaultdict(list)
    for assignment, id, at, state, score, verdict in db.execute(query):
        found[assignment].append(Sent(id, at, State(state), score, verdict or ""))
    return found


def overrides_of(db: Session, enrolment: int, only: int | None = None) -> dict[int, int]:
    """assignment id -> points that hold by override."""
    query = select(Override.assignment_id, Override.points).where(
        Override.enrolment_id == enrolment, Override.withdrawn_at.is_(None)
    )
    if only is not None:
        query = query.where(Override.assignment_id == only)
    return dict(db.execute(query.order_by(Override.id)).all())
