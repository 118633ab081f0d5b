"""What assistants and instructors read: students, what they have, and points by hand."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from grader.report.model import plain_points
from webapp.api import shapes
from webapp.api.contract import Endpoints
from webapp.api.paging import Page, PageQuery, cursor_for, page_of
from webapp.db.people import Enrolment, Role, User
from webapp.db.teaching import Assignment
from webapp.gradebook import table
from webapp.gradebook.overrides import set_override, withdraw_override
from webapp.policy import Act
from webapp.web.gate import here
from webapp.web.problem import Problem

api = Endpoints("gradebook")

OVERRIDE = "/courses/<course>/students/<int:student>/exercises/<exercise>/override"
Reason = Annotated[str, Meta(min_length=1, max_length=1000, description="Why; it stays on record.")]


class Override(msgspec.Struct, forbid_unknown_fields=True):
    """Points that hold whatever the gradings say."""

    points: Annotated[float, Meta(ge=0, le=100_000, description="With at most three decimals.")]
    reason: Reason


class ReasonQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Why."""

    reason: Reason


@api.get("/courses/<course>/students", act=Act.SEE_ALL)
def students(query: PageQuery) -> Page[shapes.Student]:
    """The students who take part in a course."""
    wanted = (
        select(Enrolment)
        .join(User)
        .options(contains_eager(Enrolment.user))
        .where(Enrolment.course_id == here.course.id, Enrolment.role == Role.STUDENT, Enrolment.is_active)
        .where(Enrolment.id > (query.after or 0))
        .order_by(Enrolment.id)
        .limit(query.limit + 1)
    )
    with here.database.read() as db:
        found = db.scalars(wanted).all()
    rows, following = page_of(found, query, lambda row: row.id)
    return Page([shapes.Student(row.id, row.user.name, row.user.email, row.group) for row in rows], following)


@api.get("/courses/<course>/gradebook", act=Act.SEE_ALL)
def gradebook(query: PageQuery) -> Page[shapes.Row]:
    """What every student has for every exercise, by name. Ask with the same `limit` for each page."""
    with here.database.read() as db:
        found = table.read_table(db, here.course, table.Query(page=(query.after or 0) + 1, size=query.limit))
    slugs = {one.assignment: one.slug for one in found.columns}
    following = cursor_for(found.page) if found.page < found.pages else None
    return Page([_row_shape(row, slugs) for row in found.rows], following)


@api.put(OVERRIDE, act=Act.RUN_COURSE, answers={204: None})
def give_points(body: Override) -> None:
    """Give a student points for an exercise, whatever the gradings say. What held before is withdrawn."""
    points = round(body.points * 1000)
    if plain_points(points) != body.points:
        raise Problem(422, "bad_points", "Points have at most three decimals: round them.", field="points")
    with here.database.write() as db:
        assignment = db.get_one(Assignment, here.assignment.id)
        set_override(db, here.person, here.course, assignment, here.student.id, points, body.reason)


@api.delete(OVERRIDE, act=Act.RUN_COURSE, answers={204: None})
def let_gradings_decide(query: ReasonQuery) -> None:
    """Withdraw the points that were given by hand."""
    with here.database.write() as db:
        assignment = db.get_one(Assignment, here.assignment.id)
        withdraw_override(db, here.person, here.course, assignment, here.student.id, query.reason)


def _row_shape(row: table.Row, slugs: dict[int, str]) -> shapes.Row:
    cells = {
        slugs[id]: shapes.Cell(
            points=shapes.plain(cell.points),
            days_late=cell.days_late,
            is_waiting=cell.is_waiting,
            is_overridden=cell.is_overridden,
            submission=cell.submission,
        )
        for id, cell in row.cells.items()
    }
    total = row.total
    assert total is not None
    share = None if total.share is None else float(total.share)
    return shapes.Row(
        shapes.Student(row.enrolment, row.name, row.email, row.group),
        plain_points(total.points),
        plain_points(total.out_of),
        share,
        cells,
    )
