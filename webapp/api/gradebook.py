"""What assistants and instructors read: students and what they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from webapp.api import shapes
from webapp.api.contract import Endpoints
from webapp.api.courses import results_shape
from webapp.api.paging import Page, PageQuery, page_of
from webapp.db.people import Enrolment, Role, User
from webapp.db.teaching import Assignment, ExerciseRow
from webapp.db.work import Result
from webapp.policy import Act
from webapp.web.gate import here

api = Endpoints("gradebook")


@api.get("/courses/<course>/students", act=Act.SEE_ALL)
def students(query: PageQuery) -> Page[shapes.Student]:
    """The students who take part in a course."""
    with here.database.read() as db:
        rows, following = _page_of_students(db, query)
    return Page([_student_shape(row) for row in rows], following)


@api.get("/courses/<course>/gradebook", act=Act.SEE_ALL)
def gradebook(query: PageQuery) -> Page[shapes.Row]:
    """What every student has for every exercise."""
    with here.database.read() as db:
        rows, following = _page_of_students(db, query)
        slugs = dict(
            db.execute(
                select(Assignment.id, ExerciseRow.slug).join(ExerciseRow).where(Assignment.course_id == here.course.id)
            )
            .tuples()
            .all()
        )
        found: dict[int, list[Result]] = defaultdict(list)
        for result in db.scalars(select(Result).where(Result.enrolment_id.in_([row.id for row in rows]))):
            found[result.enrolment_id].append(result)
        items = [
            shapes.Row(
                _student_shape(row),
                {slugs[id]: result for id, result in results_shape(db, found[row.id]).items()},
            )
            for row in rows
        ]
    return Page(items, following)


def _page_of_students(db: Session, query: PageQuery) -> tuple[Sequence[Enrolment], str | None]:
    wanted = (
        select(Enrolment)
        .join(User)
        .options(contains_eager(Enrolment.user))
        .where(Enrolment.course_id == here.course.id, Enrolment.role == Role.STUDENT, Enrolment.is_active)
        .where(Enrolment.id > (query.after or 0))
        .order_by(Enrolment.id)
        .limit(query.limit + 1)
    )
    return page_of(db.scalars(wanted).all(), query, lambda row: row.id)


def _student_shape(row: Enrolment) -> shapes.Student:
    return shapes.Student(row.id, row.user.name, row.user.email, row.group)
