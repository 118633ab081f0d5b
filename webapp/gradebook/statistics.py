"""What a class gets right and wrong: counts that an instructor can act on before the next lecture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.report.json_form import ReportError, from_json
from grader.report.model import CheckResult
from webapp.db.people import Enrolment, Role
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import Grading, Result, Submission
from webapp.gradebook.table import Query, read_table

BINS: Final = 10
BIN_NAMES: Final = tuple(f"{low}–{low + 10} %" for low in range(0, 100, 10))
SLIPS: Final = frozenset({"not_started"})  # no mistake of anybody's: the stub as it was


@dataclass(frozen=True)
class Common:
    """A mistake or a failed check: of how many students now (their latest submission), and of how many ever.

    `words`: a mistake's hint, or a check's title.
    """

    id: str
    words: str
    now: int
    ever: int
    exercise: str = ""
    exercise_title: str = ""


@dataclass(frozen=True)
class ExerciseFigures:
    """One exercise over the students of the class. `spread` counts students by tenths of the full points."""

    slug: str
    title: str
    unit: str
    unit_title: str
    students: int
    tried: int
    solved: int
    average: float | None  # share of the points, of those who have any result
    attempts: float | None  # median, of those who solved it
    waiting: int
    spread: tuple[int, ...]

    @property
    def stuck(self) -> int:
        return self.tried - self.solved


@dataclass
class _Seen:
    now: set[int] = field(default_factory=set)
    ever: set[int] = field(default_factory=set)


def students_of(db: Session, course: CourseRow, group: str = "") -> list[int]:
    """Enrolment ids of the active students, of one group or of all."""
    query = select(Enrolment.id).where(
        Enrolment.course_id == course.id, Enrolment.role == Role.STUDENT, Enrolment.is_active
    )
    return list(db.scalars(query.where(Enrolment.group == group) if group else query))


def groups_of(db: Session, course: CourseRow) -> list[str]:
    query = select(Enrolment.group).where(Enrolment.course_id == course.id, Enrolment.group != "")
    return sorted(set(db.scalars(query)))


def figures(db: Session, course: CourseRow, students: Iterable[int]) -> list[ExerciseFigures]:
    """Of every exercise in the order of the course."""
    meant = set(students)
    by_assignment: dict[int, list[tuple[int | None, str, int, bool]]] = defaultdict(list)
    rows = db.execute(
        select(
            Result.enrolment_id, Result.assignment_id, Result.points, Result.verdict, Result.attempts, Result.is_waiting
        )
        .join(Assignment, Assignment.id == Result.assignment_id)
        .where(Assignment.course_id == course.id)
    )
    for enrolment, assignment, points, verdict, attempts, waiting in rows:
        if enrolment in meant:
            by_assignment[assignment].append((points, verdict, attempts, waiting))
    exercises = db.execute(
        select(Assignment.id, ExerciseRow)
        .join(ExerciseRow)
        .where(Assignment.course_id == course.id, ExerciseRow.is_retired.is_(False))
        .order_by(ExerciseRow.position)
    )
    return [_figures(exercise, by_assignment[id], len(meant)) for id, exercise in exercises]


def _figures(
    exercise: ExerciseRow, found: Sequence[tuple[int | None, str, int, bool]], students: int
) -> ExerciseFigures:
    shares = [points / exercise.points for points, _, _, _ in found if points is not None and exercise.points]
    spread = [0] * BINS
    for share in shares:
        spread[max(0, min(BINS - 1, int(share * BINS)))] += 1
    solved = [attempts for _, verdict, attempts, _ in found if verdict == "passed"]
    return ExerciseFigures(
        slug=exercise.slug,
        title=exercise.title,
        unit=exercise.unit,
        unit_title=exercise.unit_title,
        students=students,
        tried=sum(attempts > 0 for _, _, attempts, _ in found),
        solved=len(solved),
        average=sum(shares) / len(shares) if shares else None,
        attempts=median(solved) if solved else None,
        waiting=sum(waiting for _, _, _, waiting in found),
        spread=tuple(spread),
    )


def spread_of_totals(db: Session, course: CourseRow, group: str = "") -> tuple[int, ...]:
    """Students by tenths of what counts for them so far; those for whom nothing counts yet are left out."""
    spread = [0] * BINS
    for row in read_table(db, course, Query(group=group or None, size=None, cells=False)).rows:
        if row.total is not None and row.total.share is not None:
            spread[min(BINS - 1, int(row.total.share * BINS))] += 1
    return tuple(spread)


def mistakes(db: Session, course: CourseRow, students: Iterable[int], *, slug: str = "") -> list[Common]:
    """Known mistakes by how many students are stuck on them now, then by how many ever made them.

    Now: the mistake is in the student's latest submission to that exercise. One student counts once.
    """
    seen = _seen(db, course, students, slug, lambda grading: grading.mistakes.split())
    found = []
    for (exercise, id), (who, title, example) in seen.items():
        if id not in SLIPS:
            found.append(Common(id, _hint(db, example, id), len(who.now), len(who.ever), exercise, title))
    return sorted(found, key=lambda one: (-one.now, -one.ever, one.exercise, one.id))


def failed_checks(db: Session, course: CourseRow, students: Iterable[int], slug: str) -> list[Common]:
    """The checks of one exercise that most students fail."""
    seen = _seen(db, course, students, slug, lambda grading: [name for name in grading.failed.split("\n") if name])
    titles: dict[str, str] = {}
    found = []
    for (exercise, name), (who, title, example) in seen.items():
        if name not in titles:
            titles |= _titles(db, example)
        found.append(Common(name, titles.get(name, name), len(who.now), len(who.ever), exercise, title))
    return sorted(found, key=lambda one: (-one.now, -one.ever, one.id))


@dataclass(frozen=True)
class _Graded:
    """The grading that counts for one submission, as far as statistics ask."""

    id: int
    enrolment: int
    exercise: str
    title: str
    mistakes: str
    failed: str
    is_latest: bool


def _seen(
    db: Session,
    course: CourseRow,
    students: Iterable[int],
    slug: str,
    things: Callable[[_Graded], Iterable[str]],
) -> dict[tuple[str, str], tuple[_Seen, str, int]]:
    """(exercise, thing) -> who has it, the exercise's title, and a grading that shows it."""
    meant = set(students)
    found: dict[tuple[str, str], tuple[_Seen, str, int]] = {}
    for one in _gradings(db, course, slug):
        if one.enrolment not in meant:
            continue
        for thing in things(one):
            who, _, _ = found.setdefault((one.exercise, thing), (_Seen(), one.title, one.id))
            who.ever.add(one.enrolment)
            if one.is_latest:
                who.now.add(one.enrolment)
    return found


def _gradings(db: Session, course: CourseRow, slug: str) -> Iterator[_Graded]:
    latest = (
        select(Submission.assignment_id, Submission.enrolment_id, func.max(Submission.number).label("number"))
        .where(Submission.grading_id.is_not(None))
        .group_by(Submission.assignment_id, Submission.enrolment_id)
        .subquery()
    )
    query = (
        select(
            Grading.id,
            Submission.enrolment_id,
            ExerciseRow.slug,
            ExerciseRow.title,
            Grading.mistakes,
            Grading.failed,
            Submission.number == latest.c.number,
        )
        .join(Submission, Submission.grading_id == Grading.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(ExerciseRow, ExerciseRow.id == Assignment.exercise_id)
        .join(
            latest,
            (latest.c.assignment_id == Submission.assignment_id) & (latest.c.enrolment_id == Submission.enrolment_id),
        )
        .where(Assignment.course_id == course.id, (Grading.failed != "") | (Grading.mistakes != ""))
        .order_by(Grading.id)
    )
    for row in db.execute(query.where(ExerciseRow.slug == slug) if slug else query):
        yield _Graded(*row)


def _hint(db: Session, grading: int, mistake: str) -> str:
    """The mistake's hint, as a report that named it said it."""
    return next((check.hint for check in _checks(db, grading) if check.mistake == mistake and check.hint), "")


def _titles(db: Session, grading: int) -> dict[str, str]:
    return {check.name: check.title for check in _checks(db, grading)}


def _checks(db: Session, grading: int) -> tuple[CheckResult, ...]:
    try:
        return from_json(db.get_one(Grading, grading).report).checks
    except ReportError:
        return ()  # of a version that this one can't read; its figures still count
