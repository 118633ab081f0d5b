"""One student's grades: every assignment with what counts, why, and what was sent; and the total in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.courses.window import Due, Window, extensions_in, window_of
from webapp.db.base import now
from webapp.db.people import Enrolment, User
from webapp.db.teaching import Assignment, CourseRow
from webapp.db.work import Grading, Override, Result, State, Submission
from webapp.gradebook.lateness import policy_for
from webapp.gradebook.table import Cell, columns_of, totals_for
from webapp.gradebook.totals import Total, percent


@dataclass(frozen=True)
class Tried:
    """One submission. `score`: what the grading gave, before lateness; None while there is none."""

    id: int
    number: int
    submitted_at: datetime
    state: State
    score: int | None


@dataclass
class Line:
    """One assignment of one student. standing: "counts", "dropped", "missing", "waiting", "open", "practice",
    "not asked": how it stands in the total.
    """

    assignment: Assignment
    window: Window
    late_rule: str
    is_due: bool
    standing: str
    cell: Cell | None = None
    score: int | None = None
    grace_days: int = 0
    attempts: int = 0
    override: Override | None = None
    by: str = ""
    tried: list[Tried] = field(default_factory=list)


@dataclass(frozen=True)
class Grades:
    """All of one student. `units`: (folder, title, lines)."""

    lines: Sequence[Line]
    total: Total

    @property
    def units(self) -> list[tuple[str, str, list[Line]]]:
        found: dict[str, tuple[str, str, list[Line]]] = {}
        for line in self.lines:
            exercise = line.assignment.exercise
            found.setdefault(exercise.unit, (exercise.unit, exercise.unit_title, []))[2].append(line)
        return list(found.values())


def read_grades(
    db: Session, course: CourseRow, student: Enrolment, *, everything: bool, moment: datetime | None = None
) -> Grades:
    """everything: also what is not published, as assistants and instructors see it."""
    moment = moment or now()
    asked = select(Assignment).where(Assignment.course_id == course.id)
    assignments = db.scalars(asked).unique().all()
    extensions = extensions_in(db, course.id)
    due = Due([one for one in assignments if one.is_published], extensions, moment).of(student.id, student.group)
    results = {one.assignment_id: one for one in db.scalars(select(Result).where(Result.enrolment_id == student.id))}
    total = totals_for(course, columns_of(assignments)).of({id: one.points for id, one in results.items()}, due)
    given = _overrides(db, student)
    tried = _tried(db, student)
    held = extensions.of(student.id, student.group)
    lines = []
    for one in sorted(assignments, key=lambda found: (found.exercise.position, found.id)):
        result = results.get(one.id)
        if not (one.is_published or everything) or (one.exercise.is_retired and result is None):
            continue
        policy = policy_for(course.late_policy, one.late_policy)
        line = Line(
            one, window_of(one, held, cut_off=policy.cuts_off), policy.sentence(), one.id in due,
            _standing(one, result, total),
        )  # fmt: skip
        if result is not None:
            line.cell = Cell(
                result.points, result.submission_id, result.days_late, result.is_waiting, result.is_overridden
            )
            line.score, line.grace_days, line.attempts = result.score, result.grace_days, result.attempts
        line.tried = tried.get(one.id, [])
        if one.id in given:
            line.override, line.by = given[one.id]
        lines.append(line)
    return Grades(lines, total)


def in_words(grades: Grades, course: CourseRow) -> list[str]:
    """How the total comes about, a sentence each."""
    total = grades.total
    if total.share is None:
        return ["Nothing counts yet: the total begins with the first points, or the first deadline that passes."]
    titles = {line.assignment.id: line.assignment.exercise.title for line in grades.lines}
    missed = set(total.missing)
    zero = len(missed & {*total.counted, *total.dropped})
    said = [f"{_count(len(total.counted), 'exercise')} {'counts' if len(total.counted) == 1 else 'count'}."]
    if zero:
        said.append(f"{_count(zero, 'exercise')} past the deadline without a submission: zero points each.")
    if total.dropped:
        names = ", ".join(f"“{titles.get(id, '?')}”" for id in total.dropped)
        said.append(f"Dropped as the lowest, on top of those: {names}.")
    weights = {line.assignment.weight for line in grades.lines if line.assignment.id in total.counted}
    mean = "the plain mean" if len(weights) == 1 else "the mean, weighted by the column “weight”,"
    said.append(f"The total is {mean} of points ÷ maximum over what counts: {percent(total.share)}.")
    waiting = sum(line.standing == "waiting" for line in grades.lines)
    if waiting:
        said.append(f"{_count(waiting, 'exercise')} without points yet, still to be graded: that hurts nobody.")
    return said


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _standing(assignment: Assignment, result: Result | None, total: Total) -> str:
    if not assignment.is_published or assignment.exercise.is_retired:
        return "not asked"
    if assignment.id in total.dropped:
        return "dropped"
    if assignment.id in total.missing:
        return "missing"
    if assignment.id in total.counted:
        return "counts"
    if not assignment.weight:
        return "practice"
    return "waiting" if result is not None else "open"


def _tried(db: Session, student: Enrolment) -> dict[int, list[Tried]]:
    query = (
        select(
            Submission.assignment_id,
            Submission.id,
            Submission.number,
            Submission.submitted_at,
            Submission.state,
            Grading.score,
        )
        .outerjoin(Grading, Grading.id == Submission.grading_id)
        .where(Submission.enrolment_id == student.id)
        .order_by(Submission.number)
    )
    found: dict[int, list[Tried]] = defaultdict(list)
    for assignment, id, number, at, state, score in db.execute(query):
        found[assignment].append(Tried(id, number, at, State(state), score))
    return found


def _overrides(db: Session, student: Enrolment) -> dict[int, tuple[Override, str]]:
    query = (
        select(Override, User.name)
        .join(User, User.id == Override.created_by)
        .where(Override.enrolment_id == student.id, Override.withdrawn_at.is_(None))
        .order_by(Override.id)
    )
    return {override.assignment_id: (override, name) for override, name in db.execute(query)}
