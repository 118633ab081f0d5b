"""Courses and their exercises, as the person sees them who asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.course.model import CourseError
from grader.report.model import plain_points
from webapp.api import shapes
from webapp.api.contract import Endpoints
from webapp.api.paging import Page, PageQuery, page_of
from webapp.api.verdicts import shown_verdicts
from webapp.courses.window import extensions_of, window_of
from webapp.db.base import now
from webapp.db.people import Enrolment, Role
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import Result
from webapp.gradebook.lateness import policy_for
from webapp.gradebook.results import attempts_used, sent_of
from webapp.policy import Act
from webapp.submissions.accept import Terms
from webapp.web.gate import here

api = Endpoints("courses")


@api.get("/courses", act=Act.SIGNED_IN)
def courses(query: PageQuery) -> Page[shapes.Course]:
    """The courses that you take part in; for an admin, all."""
    mine = select(CourseRow).where(CourseRow.id > (query.after or 0))
    if not here.person.is_admin:
        mine = mine.where(CourseRow.id.in_(here.person.roles))
    with here.database.read() as db:
        found = db.scalars(mine.order_by(CourseRow.id).limit(query.limit + 1)).all()
    rows, following = page_of(found, query, lambda row: row.id)
    return Page([course_shape(row) for row in rows], following)


@api.get("/courses/<course>", act=Act.SEE_COURSE)
def course() -> shapes.Course:
    """One course."""
    return course_shape(here.course)


@api.get("/courses/<course>/exercises", act=Act.SEE_COURSE)
def exercises(query: PageQuery) -> Page[shapes.Exercise]:
    """The exercises of a course in teaching order, with what holds for you and what you have for each.

    Assistants and instructors also see those that are not published.
    """
    wanted = (
        select(Assignment)
        .join(ExerciseRow)
        .where(Assignment.course_id == here.course.id, ExerciseRow.is_retired.is_(False))
        .order_by(ExerciseRow.position)
        .limit(query.limit + 1)
    )
    if not here.may(Act.SEE_ALL):
        wanted = wanted.where(Assignment.is_published)
    if query.after is not None:
        wanted = wanted.where(ExerciseRow.position > query.after)
    with here.database.read() as db:
        found = db.scalars(wanted).unique().all()
        rows, following = page_of(found, query, lambda row: row.exercise.position)
        known = _known_of(db, rows)
    return Page([shapes.Exercise(**parts) for parts in known], following)


@api.get("/courses/<course>/exercises/<exercise>", act=Act.SEE_COURSE)
def exercise() -> shapes.ExerciseInFull:
    """One exercise, with its statement."""
    with here.database.read() as db:
        (parts,) = _known_of(db, [here.assignment])
    try:
        found = current_app.config["SHELF"].exercise(here.course.folder, here.assignment.exercise.slug)
        statement, provides = found.statement.read_text("utf-8"), list(found.provides)
    except (CourseError, OSError):
        statement, provides = "", []  # it has left the course folder; what was handed in is still there
    return shapes.ExerciseInFull(**parts, statement=statement, provides=provides)


def course_shape(row: CourseRow) -> shapes.Course:
    role = here.person.role_in(row.id)
    return shapes.Course(
        slug=row.slug,
        title=row.title,
        about=row.about,
        role=Role(role).value if role else None,
        enrolment=here.person.enrolment_in(row.id),
        time_zone=row.time_zone,
        late_rule=policy_for(row.late_policy, None).sentence(),
    )


def _known_of(db: Session, assignments: Sequence[Assignment]) -> list[dict[str, Any]]:
    """For each assignment the parts of `shapes.Exercise`. A few queries, however many there are."""
    enrolment = db.get(Enrolment, here.enrolment) if here.enrolment else None
    extensions = extensions_of(db, enrolment) if enrolment else ()
    sent = sent_of(db, enrolment.id) if enrolment else {}
    results: dict[int, shapes.Result] = {}
    if enrolment:
        mine = select(Result).where(
            Result.enrolment_id == enrolment.id, Result.assignment_id.in_([one.id for one in assignments])
        )
        results = results_shape(db, db.scalars(mine).all())
    moment = now()
    known = []
    for one in assignments:
        policy = policy_for(here.course.late_policy, one.late_policy)
        window = window_of(one, extensions, cut_off=policy.cuts_off)
        terms = Terms(window, policy.sentence(), attempts_used(sent.get(one.id, [])), moment)
        known.append(
            {
                "slug": one.exercise.slug,
                "title": one.exercise.title,
                "unit": one.exercise.unit,
                "unit_title": one.exercise.unit_title,
                "points": plain_points(one.exercise.points),
                "weight": one.weight / 1000,
                "is_published": one.is_published,
                "terms": _terms_shape(terms),
                "result": results.get(one.id),
            }
        )
    return known


def _terms_shape(terms: Terms) -> shapes.Terms:
    window = terms.window
    return shapes.Terms(
        opens_at=window.opens_at,
        due_at=window.due_at,
        closes_at=window.closes_at,
        is_open=terms.is_open,
        days_late=terms.days_late,
        attempts=window.attempts,
        attempts_used=terms.attempts_used,
        attempts_left=terms.attempts_left,
        late_rule=terms.late_rule,
    )


def results_shape(db: Session, rows: Iterable[Result]) -> dict[int, shapes.Result]:
    """assignment id -> result, of one student, with verdicts as whoever asks may read them."""
    rows = list(rows)
    told = shown_verdicts(db, [row.submission_id for row in rows if row.submission_id])
    return {
        row.assignment_id: shapes.Result(
            points=shapes.plain(row.points),
            score=shapes.plain(row.score),
            verdict=told.get(row.submission_id or 0, row.verdict) or None,
            days_late=row.days_late,
            grace_days=row.grace_days,
            attempts=row.attempts,
            is_waiting=row.is_waiting,
            is_overridden=row.is_overridden,
            submission=row.submission_id,
        )
        for row in rows
    }
