"""Grading again as a shadow run: its gradings count only when somebody accepts them, and then all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, aliased

from webapp.db.base import now
from webapp.db.people import Enrolment, User
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import Grading, Job, JobState, Regrade, Result, State, Submission
from webapp.gradebook.audit import record
from webapp.gradebook.results import refresh
from webapp.grading.queue import REGRADE, UNFINISHED
from webapp.policy import Person
from webapp.web.problem import Problem


@dataclass(frozen=True)
class Change:
    """One submission, before and after. Scores are milli-points; `counts` says that it is the one that counts now.

    `after` is None where the new run gave no score: accepting leaves that submission as it is.
    """

    submission: int
    number: int
    enrolment: int
    student: str
    exercise: str
    counts: bool
    verdict: str
    before: int | None
    new_verdict: str
    after: int | None
    max_score: int

    @property
    def is_same(self) -> bool:
        return (self.verdict, self.before) == (self.new_verdict, self.after)

    @property
    def difference(self) -> int:
        return 0 if self.after is None else self.after - (self.before or 0)


@dataclass(frozen=True)
class Progress:
    done: int
    left: int
    dead: int


def start(
    db: Session,
    who: Person,
    course: CourseRow,
    *,
    reason: str,
    assignment: int | None = None,
    submission: int | None = None,
) -> Regrade:
    """Ask for a shadow run over all graded submissions of the course, of one assignment, or over one submission.

    Raises Problem.
    """
    reason = reason.strip()
    if not reason:
        raise Problem(422, "no_reason", "Say why: the reason stays on record.", field="reason")
    assert who.user is not None
    scope = (
        select(Submission.id)
        .join(Assignment)
        .join(ExerciseRow)
        .where(Assignment.course_id == course.id, Submission.state == State.GRADED, ExerciseRow.is_retired.is_(False))
        .order_by(Submission.id)
    )
    if submission is not None:
        scope = scope.where(Submission.id == submission)
    elif assignment is not None:
        scope = scope.where(Submission.assignment_id == assignment)
    found = db.scalars(scope).all()
    if not found:
        raise Problem(422, "nothing_to_grade", "Nothing that was graded is meant by this: choose something else.")
    running = db.scalar(
        select(Regrade.id).where(
            Regrade.course_id == course.id,
            Regrade.state.in_(("running", "ready")),
            Regrade.assignment_id.is_not_distinct_from(assignment),
            Regrade.submission_id.is_not_distinct_from(submission),
        )
    )
    if running is not None:
        raise Problem(409, "already_running", "The same is being graded again already: accept or drop that run first.")
    regrade = Regrade(
        course_id=course.id,
        assignment_id=assignment,
        submission_id=submission,
        reason=reason,
        created_by=who.user.id,
        total=len(found),
    )
    db.add(regrade)
    db.flush()
    turn = now()
    rows = [{"submission_id": id, "regrade_id": regrade.id, "priority": REGRADE, "turn": turn} for id in found]
    db.execute(insert(Job), rows)
    record(
        db,
        who,
        "regrade.started",
        course=course.id,
        assignment=assignment,
        after={"regrade": regrade.id, "submissions": len(found)},
        reason=reason,
    )
    return regrade


def progress(db: Session, regrade: Regrade) -> Progress:
    states = db.scalars(select(Job.state).where(Job.regrade_id == regrade.id)).all()
    left = sum(state in UNFINISHED for state in states)
    return Progress(len(states) - left, left, states.count(JobState.DEAD))


def changes(db: Session, regrade: Regrade) -> list[Change]:
    """Every submission that the run has graded so far, the largest losses first, then gains, then what stays."""
    new, old = aliased(Grading), aliased(Grading)
    rows = db.execute(
        select(
            Submission.id,
            Submission.number,
            Submission.enrolment_id,
            User.name,
            ExerciseRow.title,
            Result.submission_id,
            old.verdict,
            old.score,
            new.verdict,
            new.score,
            new.max_score,
        )
        .select_from(new)
        .join(Submission, new.submission_id == Submission.id)
        .join(Assignment, Submission.assignment_id == Assignment.id)
        .join(ExerciseRow, Assignment.exercise_id == ExerciseRow.id)
        .join(Enrolment, Submission.enrolment_id == Enrolment.id)
        .join(User, Enrolment.user_id == User.id)
        .outerjoin(old, Submission.grading_id == old.id)
        .outerjoin(
            Result,
            (Result.enrolment_id == Submission.enrolment_id) & (Result.assignment_id == Submission.assignment_id),
        )
        .where(new.regrade_id == regrade.id)
    )
    found = [
        Change(id, number, enrolment, name, title, counting == id, verdict or "", before, new_verdict, after, most)
        for id, number, enrolment, name, title, counting, verdict, before, new_verdict, after, most in rows
    ]
    return sorted(found, key=lambda one: (one.is_same, one.difference, one.student, one.exercise, one.number))


def accept(db: Session, who: Person, course: CourseRow, regrade_id: int) -> list[Change]:
    """Let the run's gradings count, in one transaction; the changes that this made. Raises Problem."""
    regrade = _decide(db, who, course, regrade_id, "accepted", only_from="ready")
    found = [one for one in changes(db, regrade) if one.after is not None]
    before = _points(db, found)
    latest = select(Grading.id).where(
        Grading.submission_id == Submission.id, Grading.regrade_id == regrade.id, Grading.score.is_not(None)
    )
    db.execute(
        update(Submission)
        .where(
            Submission.id.in_(
                select(Grading.submission_id).where(Grading.regrade_id == regrade.id, Grading.score.is_not(None))
            )
        )
        .values(grading_id=latest.order_by(Grading.id.desc()).limit(1).scalar_subquery()),
        execution_options={"synchronize_session": False},
    )
    db.expire_all()
    only = regrade.assignment_id
    refresh(db, course, {one.enrolment for one in found if not one.is_same}, only=only)
    for (enrolment, assignment), points in _points(db, found).items():
        if points != before.get((enrolment, assignment)):
            record(
                db,
                who,
                "points.regraded",
                course=course.id,
                enrolment=enrolment,
                assignment=assignment,
                before={"points": before.get((enrolment, assignment))},
                after={"points": points, "regrade": regrade.id},
                reason=regrade.reason,
            )
    record(db, who, "regrade.accepted", course=course.id, assignment=only, after={"regrade": regrade.id})
    return found


def drop(db: Session, who: Person, course: CourseRow, regrade_id: int) -> None:
    """Give the run up: nothing of it counts, what is left of it is not graded. Raises Problem."""
    regrade = _decide(db, who, course, regrade_id, "dropped", only_from=None)
    db.execute(
        update(Job)
        .where(Job.regrade_id == regrade.id, Job.state.in_((*UNFINISHED, JobState.DEAD)))
        .values(state=JobState.DROPPED, lease_until=None)
    )
    record(db, who, "regrade.dropped", course=course.id, after={"regrade": regrade.id})


def _decide(
    db: Session, who: Person, course: CourseRow, regrade_id: int, state: str, *, only_from: str | None
) -> Regrade:
    regrade = db.get(Regrade, regrade_id, with_for_update=True)
    if regrade is None or regrade.course_id != course.id:
        raise Problem(404, "not_found", "There is no such run: the list shows all of this course.")
    if regrade.state in ("accepted", "dropped"):
        raise Problem(409, "decided", f"This run was {regrade.state} already.")
    if only_from is not None and regrade.state != only_from:
        raise Problem(409, "still_running", "This run isn't done: wait until all of it is graded, or drop it.")
    assert who.user is not None
    regrade.state, regrade.decided_by, regrade.decided_at = state, who.user.id, now()
    db.flush()
    return regrade


def _points(db: Session, found: Sequence[Change]) -> dict[tuple[int, int], int | None]:
    """(enrolment, assignment) -> points that count now, for those whose submissions are among the changes."""
    concerned = {one.enrolment for one in found if not one.is_same}
    rows = db.execute(
        select(Result.enrolment_id, Result.assignment_id, Result.points).where(Result.enrolment_id.in_(concerned))
    )
    return {(enrolment, assignment): points for enrolment, assignment, points in rows}
