"""A course as one student sees it: the exercises by unit, what they have for each, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.courses.window import Window, extensions_of, window_of
from webapp.db.base import now
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import Result
from webapp.gradebook.lateness import policy_for
from webapp.gradebook.results import attempts_used, sent_of
from webapp.policy import Person
from webapp.submissions.accept import Terms


@dataclass(frozen=True)
class Row:
    """One exercise. `state` is "open", "early", "closed", "no_attempts" or "retired"; `own_rule` is its late rule where
    that is not the course's."""

    assignment: Assignment
    terms: Terms
    result: Result | None
    verdict: str
    own_rule: str

    @property
    def exercise(self) -> ExerciseRow:
        return self.assignment.exercise

    @property
    def state(self) -> str:
        return standing(self.terms, self.exercise)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to gain."""
        return self.result is not None and (self.result.points or 0) >= self.exercise.points


@dataclass(frozen=True)
class UnitRows:
    """A unit and its exercises. Points are milli-points."""

    title: str
    number: int
    rows: Sequence[Row]

    @property
    def points(self) -> int:
        return sum(row.result.points or 0 for row in self.rows if row.result)

    @property
    def max_points(self) -> int:
        return sum(row.exercise.points for row in self.rows)

    @property
    def done(self) -> int:
        return sum(row.is_done for row in self.rows)


def standing(terms: Terms, exercise: ExerciseRow) -> str:
    """Whether something can be sent now, or the one word that says why not."""
    if exercise.is_retired:
        return "retired"
    if terms.window.is_early(terms.moment):
        return "early"
    if terms.window.is_closed(terms.moment):
        return "closed"
    return "no_attempts" if terms.attempts_left == 0 else "open"


def units_of(db: Session, course: CourseRow, enrolment: int | None, *, everything: bool) -> list[UnitRows]:
    """The units in their order. `everything`: what is not published as well. `enrolment` None: nobody's own."""
    query = select(Assignment).join(ExerciseRow).where(Assignment.course_id == course.id)
    assignments = db.scalars(query.order_by(ExerciseRow.position, ExerciseRow.id)).unique().all()
    student = db.get(Enrolment, enrolment) if enrolment is not None else None
    extensions = extensions_of(db, student) if student else ()
    sent = sent_of(db, student.id) if student else {}
    mine = select(Result).where(Result.enrolment_id == (student.id if student else 0))
    results = {found.assignment_id: found for found in db.scalars(mine)}
    moment = now()
    units: dict[tuple[int, str], list[Row]] = {}
    for assignment in assignments:
        tried = sent.get(assignment.id, [])
        hidden = not assignment.is_published or assignment.exercise.is_retired
        if hidden and not everything and not (tried and assignment.is_published):
            continue
        policy = policy_for(course.late_policy, assignment.late_policy)
        window = window_of(assignment, extensions, cut_off=policy.cuts_off)
        result = results.get(assignment.id)
        row = Row(
            assignment,
            Terms(window, policy.sentence(), attempts_used(tried), moment),
            result,
            _verdict(result, bool(tried)),
            policy.sentence() if assignment.late_policy is not None else "",
        )
        units.setdefault((assignment.exercise.unit_number, assignment.exercise.unit_title), []).append(row)
    return [UnitRows(title, number, rows) for (number, title), rows in units.items()]


def _verdict(result: Result | None, has_sent: bool) -> str:
    if result is None:
        return ""
    if result.is_waiting:
        return "queued"
    return result.verdict or ("not_graded" if has_sent else "")


def next_of(units: Sequence[UnitRows]) -> Row | None:
    """What to do next: of what is open and not done, the one that is due first; without dates, the first one."""
    left = [row for unit in units for row in unit.rows if row.state == "open" and not row.is_done]
    coming = [row for row in left if _due(row) is not None and not row.terms.days_late]
    return min(coming, key=lambda row: _due(row) or row.terms.moment) if coming else next(iter(left), None)


def _due(row: Row) -> datetime | None:
    return row.terms.window.due_at


@dataclass(frozen=True)
class CourseTile:
    """A course on the start page."""

    course: CourseRow
    role: str
    exercises: int


def courses_of(db: Session, person: Person) -> list[CourseTile]:
    """The courses in which this person is; for an admin, all."""
    query = select(CourseRow, func.count(Assignment.id)).outerjoin(
        Assignment, (Assignment.course_id == CourseRow.id) & Assignment.is_published
    )
    if not person.is_admin:
        query = query.where(CourseRow.id.in_(list(person.roles)))
    found = db.execute(query.group_by(CourseRow.id).order_by(CourseRow.title))
    return [CourseTile(course, str(person.role_in(course.id) or "admin"), count) for course, count in found]


def cost_now(terms: Terms, course: CourseRow, assignment: Assignment, grace_spent: int) -> str:
    """What being late costs whoever sends at this moment; "" in time. `grace_spent`: late days on other exercises."""
    days = terms.days_late
    if not days:
        return ""
    said = f"You are {days} {'day' if days == 1 else 'days'} late"
    policy = policy_for(course.late_policy, assignment.late_policy)
    if policy.kind == "none":
        return f"{said}, which costs nothing."
    left = max(0, policy.grace - grace_spent) if policy.kind == "grace_days" else 0
    free = min(days, left)
    worth = policy.points(100_000, days, free) // 1000
    if free:
        said += f": {free} of your {left} late {'day' if left == 1 else 'days'} would be spent"
        return f"{said}." if worth == 100 else f"{said}, and what you send now counts for {worth} % of its points."
    return f"{said}: what you send now counts for {worth} % of its points."


def grace_spent(db: Session, enrolment: int, *, besides: int) -> int:
    """The late days that this student has spent on other assignments than `besides`."""
    spent = select(func.sum(Result.grace_days)).where(Result.enrolment_id == enrolment, Result.assignment_id != besides)
    return db.scalar(spent) or 0


def window_for(db: Session, course: CourseRow, assignment: Assignment, enrolment: Enrolment) -> Window:
    policy = policy_for(course.late_policy, assignment.late_policy)
    return window_of(assignment, extensions_of(db, enrolment), cut_off=policy.cuts_off)
