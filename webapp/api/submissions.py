"""Handing in, and what became of it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

import msgspec
from flask import Response, request
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from grader.report.json_form import to_json
from grader.report.model import plain_points
from webapp.api import shapes
from webapp.api.contract import Answer, Endpoints, Header
from webapp.api.paging import Id, Page, PageQuery, page_of
from webapp.api.verdicts import shown_report, shown_verdicts
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, ExerciseRow
from webapp.db.work import Grading, Source, State, Submission
from webapp.grading.queue import position
from webapp.policy import Act
from webapp.submissions.accept import accept
from webapp.web.gate import here
from webapp.web.problem import Problem, not_found

api = Endpoints("submissions")

KEY: Final = Header(
    "Idempotency-Key",
    "A word of your choice, another one for each submission: sent again with the same, it is the same submission.",
    "^[!-~]{1,64}$",
)
TEXT: Final = "text/plain; charset=utf-8"


class FileQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the bytes of a file can't say."""

    name: Annotated[str, Meta(max_length=200, description="Name of a file that is sent as bytes.")] = ""


class SubmissionQuery(PageQuery, kw_only=True, forbid_unknown_fields=True):
    """Which submissions."""

    exercise: Annotated[str, Meta(max_length=100, description="Only those to this exercise.")] | UnsetType = UNSET
    student: Annotated[Id, Meta(description="Only those of this student.")] | UnsetType = UNSET


@api.post(
    "/courses/<course>/exercises/<exercise>/submissions",
    act=Act.SUBMIT,
    answers={201: shapes.SubmissionInFull, 200: shapes.SubmissionInFull},
    headers=[KEY],
    also=(409, 429),
)
def submit(query: FileQuery, body: shapes.NewSubmission | bytes) -> Answer:
    """Hand a file in, as JSON or as the bytes of the file.

    201: it waits to be graded, and `position` says how many are graded up to it. 200: it is what you have sent before,
    so nothing new was stored and no attempt is used.
    """
    name, content = (query.name, body) if isinstance(body, bytes) else (body.name, body.content.encode())
    key = request.headers.get(KEY.name)
    if key is not None and not re.match(KEY.pattern, key):
        raise Problem(
            422, "bad_key", f"{KEY.name} takes 1 to 64 printable ASCII signs: choose another.", field=KEY.name
        )
    enrolment = here.enrolment
    assert enrolment is not None  # Act.SUBMIT
    with here.database.write() as db:
        accepted = accept(
            db,
            here.course,
            db.get_one(Assignment, here.assignment.id),
            enrolment,
            name=name,
            content=content,
            via="api",
            limits=here.settings.limits,
            client_key=key,
        )
    with here.database.read() as db:
        shape = _in_full(db, _loaded(db, accepted.submission.id))
    where = f"/api/v1/courses/{here.course.slug}/submissions/{shape.id}"
    return Answer(shape, 200 if accepted.is_repeat else 201, {"Location": where})


@api.get("/courses/<course>/submissions", act=Act.SEE_COURSE)
def submissions(query: SubmissionQuery) -> Page[shapes.Submission]:
    """Your submissions, the newest first; for assistants and instructors, those of all students."""
    wanted = (
        select(Submission, Grading)
        .join(Submission.assignment)
        .join(Assignment.exercise)
        .join(Submission.enrolment)
        .join(Enrolment.user)
        .outerjoin(Grading, Grading.id == Submission.grading_id)
        .where(Assignment.course_id == here.course.id)
        .options(
            contains_eager(Submission.assignment).contains_eager(Assignment.exercise),
            contains_eager(Submission.enrolment).contains_eager(Enrolment.user),
        )
        .order_by(Submission.id.desc())
        .limit(query.limit + 1)
    )
    if not here.may(Act.SEE_ALL):
        if query.student is not UNSET and query.student != here.enrolment:
            raise not_found("student")
        wanted = wanted.where(Submission.enrolment_id == here.enrolment)
    if query.student is not UNSET:
        wanted = wanted.where(Submission.enrolment_id == query.student)
    if query.exercise is not UNSET:
        wanted = wanted.where(ExerciseRow.slug == query.exercise)
    if query.after is not None:
        wanted = wanted.where(Submission.id < query.after)
    with here.database.read() as db:
        if query.exercise is not UNSET:
            _must_know(db, query.exercise)
        rows, following = page_of(db.execute(wanted).unique().all(), query, lambda row: row[0].id)
        told = shown_verdicts(db, [row[0].id for row in rows])
        items = [shapes.Submission(**_parts(db, one, grading, told)) for one, grading in rows]
    return Page(items, following)


@api.get("/courses/<course>/submissions/<int:submission>", act=Act.SEE_WORK)
def submission() -> shapes.SubmissionInFull:
    """One submission, with its report as soon as it is graded."""
    with here.database.read() as db:
        return _in_full(db, _loaded(db, here.submission.id))


@api.get("/courses/<course>/submissions/<int:submission>/source", act=Act.SEE_WORK, answers={200: TEXT})
def source() -> Response:
    """The file, byte for byte as it was sent."""
    with here.database.read() as db:
        content = db.get_one(Source, here.submission.digest).content
    answer = Response(content, content_type=TEXT)
    answer.headers.set("Content-Disposition", "attachment", filename=here.submission.filename)
    return answer


def _must_know(db: Session, slug: str) -> None:
    """Raises Problem (404) for an exercise that is none, or that this person may not know of."""
    wanted = (
        select(Assignment).join(ExerciseRow).where(Assignment.course_id == here.course.id, ExerciseRow.slug == slug)
    )
    found = db.scalar(wanted)
    if found is None or not (found.is_published or here.may(Act.SEE_ALL)):
        raise not_found("exercise")


def _loaded(db: Session, id: int) -> Submission:
    with_all = [
        joinedload(Submission.assignment).joinedload(Assignment.exercise),
        joinedload(Submission.enrolment).joinedload(Enrolment.user),
    ]
    return db.get_one(Submission, id, options=with_all)


def _in_full(db: Session, one: Submission) -> shapes.SubmissionInFull:
    grading = db.get(Grading, one.grading_id) if one.grading_id else None
    report, told = None, {}
    if grading is not None:
        shown = shown_report(db, one, grading)
        report, told = msgspec.Raw(to_json(shown).encode()), {one.id: shown.verdict.value}
    return shapes.SubmissionInFull(**_parts(db, one, grading, told), report=report)


def _parts(db: Session, one: Submission, grading: Grading | None, told: dict[int, str]) -> dict[str, Any]:
    """The parts of `shapes.Submission`."""
    return {
        "id": one.id,
        "number": one.number,
        "exercise": one.assignment.exercise.slug,
        "student": shapes.Someone(one.enrolment_id, one.enrolment.user.name),
        "filename": one.filename,
        "sha256": one.digest,
        "submitted_at": one.submitted_at,
        "via": one.via,
        "state": State(one.state).value,
        "position": position(db, one.id) if one.state == State.QUEUED else None,
        "verdict": told.get(one.id),
        "score": shapes.plain(grading.score) if grading else None,
        "max_score": plain_points(grading.max_score) if grading else None,
    }
