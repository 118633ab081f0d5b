"""The pages on which a student works: courses, exercises, one exercise with its editor."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from grader.course.model import Course, CourseError, Exercise
from grader.notebooks.making import notebook_of
from grader.notebooks.reading import NotebookError
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, CourseRow
from webapp.db.work import Submission
from webapp.gradebook.lateness import policy_for
from webapp.policy import Act
from webapp.submissions import overview, statement
from webapp.submissions.accept import accept, terms_of
from webapp.submissions.attempts import attempts_of, result_of
from webapp.submissions.reading import content_of
from webapp.submissions.sending import sent_by, typed
from webapp.submissions.source import is_notebook, text_of
from webapp.web.gate import LARGEST, Gate, here
from webapp.web.problem import Problem, not_found

pages = Gate("submissions", __name__)


@pages.route("/", act=Act.SIGNED_IN)
def home() -> str | Response:
    with here.database.read() as db:
        courses = overview.courses_of(db, here.person)
    if len(courses) == 1:
        return redirect(url_for("submissions.exercises", course=courses[0].course.slug))
    return render_template("submissions/home.html", title="Courses", courses=courses)


@pages.route("/c/<course>/", act=Act.SEE_COURSE)
def exercises(course: str) -> str:
    with here.database.read() as db:
        units = overview.units_of(db, here.course, here.enrolment, everything=here.may(Act.SEE_ALL))
        rule = policy_for(here.course.late_policy, None).sentence()
    dated = any(row.terms.window.due_at for unit in units for row in unit.rows)
    return render_template(
        "submissions/exercises.html",
        title="Exercises",
        units=units,
        next=overview.next_of(units) if here.enrolment else None,
        rule=rule if dated else "",
    )


@pages.route("/c/<course>/e/<exercise>", act=Act.SEE_COURSE)
def exercise(course: str, exercise: str) -> str:
    return _exercise()


@pages.route("/c/<course>/e/<exercise>/submit", methods=["POST"], act=Act.SUBMIT)
def submit(course: str, exercise: str) -> Response:
    sent = sent_by(request.form, request.files, exercise)
    enrolment = here.enrolment
    assert enrolment is not None, "whoever may submit is enrolled"
    try:
        with here.database.write() as db:
            accepted = accept(
                db,
                db.get_one(CourseRow, here.course.id),
                db.get_one(Assignment, here.assignment.id),
                enrolment,
                name=sent.name,
                content=sent.content,
                via="browser",
                limits=here.settings.limits,
            )
    except Problem as problem:
        answer = make_response(_exercise(text=typed(request.form), problem=problem), problem.status)
        if problem.retry_after is not None:
            answer.headers["Retry-After"] = str(problem.retry_after)
        return answer
    if accepted.is_repeat:
        flash("You have sent exactly this before: here is what became of it. It used no attempt.")
    return redirect(url_for("work.submission", course=course, submission=accepted.submission.id), 303)


@pages.route("/c/<course>/e/<exercise>/stub", act=Act.SEE_COURSE)
def stub(course: str, exercise: str) -> Response:
    text = _of_course(statement.stub_of)
    return _download(text.encode(), f"{exercise}.py", "text/x-python")


@pages.route("/c/<course>/e/<exercise>/notebook", act=Act.SEE_COURSE)
def notebook(course: str, exercise: str) -> Response:
    text = _of_course(notebook_of)
    return _download(text.encode(), f"{exercise}.ipynb", "application/x-ipynb+json")


def _download(content: bytes, name: str, kind: str) -> Response:
    return send_file(BytesIO(content), kind, as_attachment=True, download_name=name)


def _of_course(read: Callable[[Course, Exercise], str]) -> str:
    """What the course folder has of this exercise. Raises Problem where it can't be read: an instructor has to act."""
    try:
        return read(*_on_shelf())
    except (CourseError, NotebookError) as error:
        current_app.logger.error("%s: %s", here.assignment.exercise.slug, error)
        raise Problem(503, "exercise_unreadable", UNREADABLE) from error


UNREADABLE = "This exercise can't be read on the server just now: tell your instructor."


def _on_shelf() -> tuple[Course, Exercise]:
    shelf, folder = current_app.config["SHELF"], here.course.folder
    return shelf.course(folder), shelf.exercise(folder, here.assignment.exercise.slug)


def _exercise(*, text: str | None = None, problem: Problem | None = None) -> str:
    """The page of an exercise; `text` is what was typed and could not be taken, because of `problem`."""
    known: dict[str, Any] = {"terms": None, "attempts": [], "result": None, "cost": "", "start": None}
    with here.database.read() as db:
        enrolment = db.get(Enrolment, here.enrolment) if here.enrolment else None
        if enrolment is not None:
            terms = terms_of(db, here.course, here.assignment, enrolment)
            spent = overview.grace_spent(db, enrolment.id, besides=here.assignment.id)
            known |= {
                "terms": terms,
                "standing": overview.standing(terms, here.assignment.exercise),
                "cost": overview.cost_now(terms, here.course, here.assignment, spent),
                "attempts": attempts_of(db, here.assignment.id, enrolment.id, terms.window),
                "result": result_of(db, here.assignment.id, enrolment.id),
            }
        known["start"] = _start(db, known["attempts"][0].id if known["attempts"] else None)
    known |= _handed_out()
    if text is not None:
        known["start"] = {"text": text, "from": None}
    return render_template(
        "submissions/exercise.html",
        title=here.assignment.exercise.title,
        exercise=here.assignment.exercise,
        assignment=here.assignment,
        problem=problem,
        **known,
    )


def _handed_out() -> dict[str, Any]:
    """What the course folder has for the page; where it can't be read, the page says so and keeps working."""
    try:
        course, found = _on_shelf()
        return {
            "statement": statement.statement_of(course, found),
            "stub": statement.stub_of(course, found),
            "checks": statement.public_checks_of(course, found),
            "facts": found,
            "trouble": "",
        }
    except CourseError as error:
        current_app.logger.error("%s: %s", here.assignment.exercise.slug, error)
        return {"statement": "", "stub": "", "checks": (), "facts": None, "trouble": UNREADABLE}


def _start(db: Session, latest: int | None) -> dict[str, Any] | None:
    """What the editor begins with: the submission that `?from=` names, or the latest; None is the stub."""
    wanted = request.args.get("from", "")
    if wanted == "stub":
        return None
    if wanted:
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 16 else 0
        found = db.get(Submission, number) if number <= LARGEST else None
        if found is None or found.assignment_id != here.assignment.id or not _may_see(found):
            raise not_found("submission")
    else:
        found = db.get(Submission, latest) if latest is not None else None
    if found is None:
        return None
    if is_notebook(found.filename):
        return {"text": None, "from": found}
    return {"text": text_of(found.filename, content_of(db, found)), "from": found}


def _may_see(submission: Submission) -> bool:
    return here.person.may(Act.SEE_WORK, course=here.course.id, owner=submission.enrolment_id)
