"""Students × exercises: what the gradebook's page, its exports and the API read, in few queries."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from webapp.courses.window import Due, extensions_in
from webapp.db.base import now
from webapp.db.people import Enrolment, Role, User
from webapp.db.teaching import Assignment, CourseRow
from webapp.db.work import Result
from webapp.gradebook.totals import Part, Total, Totals

ONLY: Final = ("waiting", "missing", "late")
_POINTS: Final = msgspec.json.Decoder(dict[int, int | None])


@dataclass(frozen=True)
class Query:
    """Which students, in which order, how many of them.

    sort: "name", "total", or an exercise's slug. unit: only the columns of this unit's folder. search: a part of a
    name or an address. only: students with something waiting, missing or late in the columns that are shown.
    size None: all. cells False: points and totals alone, as exports need them.
    """

    sort: str = "name"
    descending: bool = False
    group: str | None = None
    unit: str = ""
    search: str = ""
    only: str = ""
    page: int = 1
    size: int | None = 100
    cells: bool = True


@dataclass(frozen=True)
class Column:
    """One assignment. `max` is in milli-points, `weight` in thousandths."""

    assignment: int
    slug: str
    title: str
    unit: str
    unit_title: str
    unit_number: int
    max: int
    weight: int
    is_published: bool
    due_at: datetime | None


class Cell(NamedTuple):
    """What one student has for one assignment. `points` None: nothing counts yet. `submission` None: nothing does."""

    points: int | None
    submission: int | None
    days_late: int
    is_waiting: bool
    is_overridden: bool


@dataclass(slots=True)
class Row:
    """One student. points: assignment id -> milli-points; what was never sent is left out. cells: likewise.

    due: the assignments whose deadline has passed for this student.
    """

    enrolment: int
    name: str
    email: str
    group: str
    due: frozenset[int]
    points: dict[int, int | None] = field(default_factory=dict)
    total: Total | None = None
    cells: dict[int, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A page of the gradebook. columns: of `query.unit`; all_columns: what totals are made of. found: students that
    the filters leave, on all pages; students: how many the course has.
    """

    query: Query
    columns: Sequence[Column]
    all_columns: Sequence[Column]
    rows: Sequence[Row]
    found: int
    students: int
    groups: Sequence[str]
    page: int
    pages: int


def columns_of(assignments: Collection[Assignment]) -> list[Column]:
    """In the order of the course: what is or will be asked for; retired exercises are left out."""
    asked = [found for found in assignments if not found.exercise.is_retired]
    return [
        Column(
            found.id,
            found.exercise.slug,
            found.exercise.title,
            found.exercise.unit,
            found.exercise.unit_title,
            found.exercise.unit_number,
            found.exercise.points,
            found.weight,
            found.is_published,
            found.due_at,
        )
        for found in sorted(asked, key=lambda found: found.exercise.position)
    ]


def totals_for(course: CourseRow, columns: Collection[Column]) -> Totals:
    parts = [Part(one.assignment, one.max, one.weight, one.is_published) for one in columns]
    return Totals(parts, course.drop_lowest)


def read_table(db: Session, course: CourseRow, query: Query | None = None, *, moment: datetime | None = None) -> Table:
    """The students whom `query` means, with their points, totals and cells. A page too far is the last one."""
    query = query or Query()
    asked = select(Assignment).where(Assignment.course_id == course.id)
    assignments = db.scalars(asked).unique().all()
    every = columns_of(assignments)
    columns = [one for one in every if query.unit in ("", one.unit)]
    due = Due([one for one in assignments if one.is_published], extensions_in(db, course.id), moment or now())
    people = _students(db, course)
    rows = [Row(*person, due=due.of(person[0], person[3])) for person in people if _is_meant(person, query)]
    shown = {one.assignment for one in columns}
    totals = totals_for(course, every)
    whole = query.size is None or query.sort == "total" or query.only == "missing"
    if whole:
        points = _points(db, Result.enrolment_id.in_(select(_enrolled(course).c.id)))
        for row in rows:
            row.points = points.get(row.enrolment, {})
    if query.only in ("waiting", "late"):
        flagged = _flagged(db, course, shown, query.only)
        rows = [row for row in rows if row.enrolment in flagged]
    elif query.only == "missing":
        rows = [row for row in rows if (row.due & shown) - row.points.keys()]
    _sort(db, rows, query, columns, totals)
    pages = 1 if query.size is None else max(1, -(-len(rows) // query.size))
    page = min(max(1, query.page), pages)
    part = rows if query.size is None else rows[(page - 1) * query.size : page * query.size]
    if not whole:
        points = _points(db, Result.enrolment_id.in_([row.enrolment for row in part]))
        for row in part:
            row.points = points.get(row.enrolment, {})
    for row in part:
        row.total = totals.of(row.points, row.due)
    if query.cells:
        _read_cells(db, part, shown)
    groups = sorted({person[3] for person in people if person[3]})
    return Table(query, columns, every, part, len(rows), len(people), groups, page, pages)


def _enrolled(course: CourseRow) -> Any:
    is_student = (Enrolment.course_id == course.id, Enrolment.role == Role.STUDENT, Enrolment.is_active)
    return select(Enrolment.id).where(*is_student).subquery()


def _students(db: Session, course: CourseRow) -> list[tuple[int, str, str, str]]:
    """(enrolment, name, address, group), by name."""
    query = select(Enrolment.id, User.name, User.email, Enrolment.group).join(User, User.id == Enrolment.user_id)
    query = query.where(Enrolment.course_id == course.id, Enrolment.role == Role.STUDENT, Enrolment.is_active)
    rows = [(id, name, email, group) for id, name, email, group in db.execute(query)]
    return sorted(rows, key=lambda row: (_plain(row[1]), row[2]))


def _plain(text: str) -> str:
    """For sorting and searching: without accents and capitals."""
    if text.isascii():
        return text.lower()
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


def _is_meant(person: tuple[int, str, str, str], query: Query) -> bool:
    if query.group is not None and person[3] != query.group:
        return False
    sought = _plain(query.search.strip())
    return not sought or sought in _plain(person[1]) or sought in person[2]


def _points(db: Session, which: Any) -> dict[int, dict[int, int | None]]:
    """enrolment -> assignment -> points. Packed by the database: a row for each would take three times as long."""
    pack = func.json_group_object if db.get_bind().dialect.name == "sqlite" else func.json_object_agg
    packed = cast(pack(Result.assignment_id, Result.points), Text)
    rows = db.execute(select(Result.enrolment_id, packed).where(which).group_by(Result.enrolment_id))
    return {enrolment: _POINTS.decode(text) for enrolment, text in rows}


def _flagged(db: Session, course: CourseRow, shown: Collection[int], only: str) -> set[int]:
    query = select(Result.enrolment_id).where(Result.assignment_id.in_(shown)).distinct()
    flag = Result.is_waiting if only == "waiting" else (Result.days_late > 0)
    return set(db.scalars(query.where(flag)))


def _sort(db: Session, rows: list[Row], query: Query, columns: Sequence[Column], totals: Totals) -> None:
    """`rows` come by name, and stay so where they are equal. Who has nothing comes last, either way."""
    if query.sort == "name":
        if query.descending:
            rows.reverse()
        return
    worth: Callable[[Row], Fraction | int | None]
    if query.sort == "total":
        shares = {row.enrolment: totals.share_of(row.points, row.due) for row in rows}
        worth = lambda row: shares[row.enrolment]  # noqa: E731 - two short ways to the same thing
    else:
        meant = next((one.assignment for one in columns if one.slug == query.sort), None)
        if meant is None:
            return
        has = select(Result.enrolment_id, Result.points).where(Result.assignment_id == meant)
        points: dict[int, int | None] = dict(db.execute(has).all())
        worth = lambda row: points.get(row.enrolment)  # noqa: E731
    sign = -1 if query.descending else 1
    rows.sort(key=lambda row: (1, 0) if (value := worth(row)) is None else (0, sign * value))


def _read_cells(db: Session, rows: Sequence[Row], shown: Collection[int]) -> None:
    query = select(
        Result.enrolment_id,
        Result.assignment_id,
        Result.points,
        Result.submission_id,
        Result.days_late,
        Result.is_waiting,
        Result.is_overridden,
    ).where(Result.enrolment_id.in_([row.enrolment for row in rows]))
    cells: dict[int, dict[int, Cell]] = {row.enrolment: row.cells for row in rows}
    for enrolment, assignment, points, submission, late, waiting, overridden in db.execute(query):
        if assignment in shown:
            cells[enrolment][assignment] = Cell(points, submission, late, waiting, overridden)
