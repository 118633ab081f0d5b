"""Grading again as a shadow run: start one, compare, accept or drop."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp.db.people import User
from webapp.db.teaching import Assignment, ExerciseRow
from webapp.db.work import Regrade
from webapp.gradebook import regrade as runs
from webapp.policy import Act
from webapp.web.gate import Gate, here
from webapp.web.problem import Problem, not_found

pages = Gate("regrades", __name__)
MOST_SHOWN = 500  # changes on one page; the largest come first


@pages.route("/c/<course>/regrades", act=Act.SEE_ALL, endpoint="all")
def all_runs(course: str) -> str:
    return _list({}, {})


@pages.route("/c/<course>/regrades", act=Act.RUN_COURSE, methods=["POST"])
def start(course: str) -> Response | tuple[str, int]:
    """What is meant is one exercise (`exercise`), one submission (`submission`), or everything."""
    sent = request.form
    try:
        with here.database.write() as db:
            run = runs.start(
                db,
                here.person,
                here.course,
                reason=sent.get("reason", ""),
                assignment=_number(sent.get("assignment", "")),
                submission=_number(sent.get("submission", "")),
            )
    except Problem as problem:
        return _list({problem.field: problem.sentence}, sent.to_dict()), problem.status
    flash(f"{run.total} submissions are graded again. Nothing changes until you accept the run.")
    return redirect(url_for("regrades.one", course=course, run=run.id), 303)


@pages.route("/c/<course>/regrades/<int:run>", act=Act.SEE_ALL)
def one(course: str, run: int) -> str:
    with here.database.read() as db:
        regrade = db.get(Regrade, run)
        if regrade is None or regrade.course_id != here.course.id:
            raise not_found("run")
        found = runs.changes(db, regrade)
        progress = runs.progress(db, regrade)
        title = _scope(regrade, dict(_exercises(db)))
        by = db.get_one(User, regrade.created_by).name
    differing = [change for change in found if not change.is_same]
    return render_template(
        "gradebook/regrade.html",
        run=regrade,
        scope=title,
        by=by,
        progress=progress,
        changes=differing[:MOST_SHOWN],
        differing=len(differing),
        same=len(found) - len(differing),
        gain=sum(change.difference > 0 for change in found),
        loss=sum(change.difference < 0 for change in found),
        unusable=sum(change.after is None for change in found),
    )


@pages.route("/c/<course>/regrades/<int:run>/accept", act=Act.RUN_COURSE, methods=["POST"])
def accept(course: str, run: int) -> Response:
    with here.database.write() as db:
        found = runs.accept(db, here.person, here.course, run)
    changed = sum(not change.is_same for change in found)
    flash(f"The run counts now: {changed} of {len(found)} submissions have another result than before.")
    return redirect(url_for("regrades.one", course=course, run=run), 303)


@pages.route("/c/<course>/regrades/<int:run>/drop", act=Act.RUN_COURSE, methods=["POST"])
def drop(course: str, run: int) -> Response:
    with here.database.write() as db:
        runs.drop(db, here.person, here.course, run)
    flash("The run was dropped: every grade is as it was.")
    return redirect(url_for("regrades.one", course=course, run=run), 303)


def _list(faults: dict[str, str], sent: dict[str, str]) -> str:
    with here.database.read() as db:
        found = db.scalars(select(Regrade).where(Regrade.course_id == here.course.id).order_by(Regrade.id.desc())).all()
        exercises = _exercises(db)
    titles = dict(exercises)
    rows = [(regrade, _scope(regrade, titles)) for regrade in found]
    return render_template("gradebook/regrades.html", rows=rows, exercises=exercises, faults=faults, sent=sent)


def _exercises(db: Session) -> list[tuple[int, str]]:
    """(assignment id, exercise's title) in the order of the course."""
    query = (
        select(Assignment.id, ExerciseRow.title)
        .join(ExerciseRow)
        .where(Assignment.course_id == here.course.id)
        .order_by(ExerciseRow.position)
    )
    return [(id, title) for id, title in db.execute(query)]


def _scope(regrade: Regrade, titles: dict[int, str]) -> str:
    if regrade.submission_id is not None:
        return f"Submission {regrade.submission_id}"
    return titles.get(regrade.assignment_id, "") if regrade.assignment_id is not None else "All exercises"


def _number(sent: str) -> int | None:
    if sent in ("", "all"):
        return None
    if not sent.isdecimal() or len(sent) > 9:
        raise Problem(422, "bad_number", f"{sent[:20]!r} names nothing that can be graded again.", field="assignment")
    return int(sent)
