"""The gradebook, one student's grades, overrides, exports, the audit trail."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from webapp.courses import extensions as extending
from webapp.courses.assignments import assignments_of
from webapp.courses.extension_form import read_amount
from webapp.courses.local_time import span, written, zone_of
from webapp.db.people import Enrolment, User
from webapp.gradebook import cells, export, overrides
from webapp.gradebook.student import Grades, in_words, read_grades
from webapp.gradebook.table import ONLY, Query, read_table
from webapp.gradebook.totals import percent
from webapp.gradebook.trail import Sought, read_trail
from webapp.policy import Act
from webapp.web.fields import Fields
from webapp.web.gate import Gate, here
from webapp.web.problem import Problem
from webapp.web.templating import zone

pages = Gate("gradebook", __name__)

FOLDED: Final = "units"  # instead of a unit's folder: all units folded
SIZES: Final = ("50", "100", "all")


def _query(**changes: Any) -> Query:
    """What the address asks for; what can't be meant is left out."""
    asked = request.args
    size = asked.get("size", "100")
    only = asked.get("only", "")
    unit = asked.get("unit", "")
    columns: dict[str, Any] = {
        "sort": asked.get("sort", "name"),
        "descending": asked.get("down") == "1",
        "group": asked.get("group") or None,
        "unit": "" if unit == FOLDED else unit,
        "search": asked.get("search", "")[:100],
        "only": only if only in ONLY else "",
        "page": asked.get("page", 1, type=int),
        "size": None if size == "all" else int(size) if size in SIZES else 100,
    }
    return Query(**(columns | changes))


@pages.route("/c/<course>/gradebook", act=Act.SEE_ALL)
def table(course: str) -> str:
    query = _query()
    with here.database.read() as db:
        found = read_table(db, here.course, query)
    units = cells.by_unit(found.all_columns)
    folded = request.args.get("unit") == FOLDED
    if folded:
        lines = [(row, cells.unit_cells(row, units)) for row in found.rows]
    else:
        lines = [(row, cells.row_cells(row, found.columns)) for row in found.rows]
    kept = {name: value for name, value in request.args.items() if value and name != "page"}

    def link(**changes: Any) -> str:
        new = {name: value for name, value in (kept | changes).items() if value not in ("", None)}
        return f"?{urlencode(new)}"

    def sorted_by(what: str) -> str:
        """The other way round for the column by which it is sorted; numbers begin with the most."""
        down = not query.descending if query.sort == what else what != "name"
        return link(sort=what, down="1" if down else "")

    return render_template(
        "gradebook/table.html",
        title="Gradebook",
        found=found,
        query=query,
        units=units,
        unit_options=[("", "All exercises"), (FOLDED, "Units, folded"), *((one[0], one[1]) for one in units)],
        group_options=[("", "All groups"), *((name, name) for name in found.groups)],
        open_units=[one for one in units if not query.unit or one[0] == query.unit],
        folded=folded,
        lines=lines,
        link=link,
        sorted_by=sorted_by,
        percent=percent,
        size=request.args.get("size", "100"),
        legend=cells.LEGEND,
        exported=urlencode(kept),
    )


@pages.route("/c/<course>/gradebook.csv", act=Act.SEE_ALL)
def as_csv(course: str) -> Response:
    with here.database.read() as db:
        found = read_table(db, here.course, _query(size=None, cells=False))
    return _file(export.as_csv(found), "text/csv; charset=utf-8", "csv")


@pages.route("/c/<course>/gradebook.xlsx", act=Act.SEE_ALL)
def as_xlsx(course: str) -> Response:
    with here.database.read() as db:
        found = read_table(db, here.course, _query(size=None, cells=False))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(export.as_xlsx(found, here.course.title), kind, "xlsx")


def _file(content: Any, kind: str, ending: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{here.course.slug}-gradebook.{ending}"'
    return answer


@pages.route("/c/<course>/grades", act=Act.SUBMIT)
def mine(course: str) -> str:
    assert here.enrolment is not None and here.person.user is not None
    with here.database.read() as db:
        enrolment = db.get_one(Enrolment, here.enrolment)
        grades = read_grades(db, here.course, enrolment, everything=False)
    return _show(grades, here.person.user, is_mine=True, title="My grades")


@pages.route("/c/<course>/students/<int:student>", act=Act.SEE_WORK)
def student(course: str, student: int) -> str:
    everything = here.may(Act.SEE_ALL)
    with here.database.read() as db:
        grades = read_grades(db, here.course, here.student, everything=everything)
    return _show(grades, here.student.user, is_mine=not everything, title=here.student.user.name)


def _show(grades: Grades, user: User, *, is_mine: bool, title: str) -> str:
    return render_template(
        "gradebook/student.html",
        title=title,
        grades=grades,
        user=user,
        words=in_words(grades, here.course),
        percent=percent,
        look=cells.look,
        is_mine=is_mine,
        drop=here.course.drop_lowest,
    )


# One student and one assignment: what an instructor decides


@pages.route("/c/<course>/students/<int:student>/e/<exercise>", act=Act.SEE_ALL)
def decide(course: str, student: int, exercise: str) -> str:
    return _decide({}, {})


@pages.route("/c/<course>/students/<int:student>/e/<exercise>/override", act=Act.RUN_COURSE, methods=["POST"])
def set_override(course: str, student: int, exercise: str) -> Any:
    form = Fields(request.form)
    points = form.milli("points", "Points", here.assignment.exercise.points)
    reason = form.text("reason", "A reason")
    if not form.errors:
        with here.database.write() as db:
            overrides.set_override(db, here.person, here.course, here.assignment, here.student.id, points, reason)
        flash("The points were set; they stay when something is graded again.", "success")
        return _back_to_student()
    return _decide(form.errors, request.form, "override"), 422


@pages.route("/c/<course>/students/<int:student>/e/<exercise>/override/withdraw", act=Act.RUN_COURSE, methods=["POST"])
def withdraw_override(course: str, student: int, exercise: str) -> Any:
    form = Fields(request.form)
    reason = form.text("reason", "A reason")
    if form.errors:
        return _decide({"withdraw": form.errors["reason"]}, request.form, "withdraw"), 422
    with here.database.write() as db:
        overrides.withdraw_override(db, here.person, here.course, here.assignment, here.student.id, reason)
    flash("The override was withdrawn; what the gradings say counts again.", "success")
    return _back_to_student()


@pages.route("/c/<course>/students/<int:student>/e/<exercise>/extension", act=Act.RUN_COURSE, methods=["POST"])
def extend(course: str, student: int, exercise: str) -> Any:
    form = Fields(request.form)
    minutes, attempts = read_amount(form, here.course, here.assignment)
    reason = form.text("why", "A reason")
    if not form.errors:
        try:
            with here.database.write() as db:
                extending.grant(
                    db,
                    here.person,
                    here.course,
                    enrolment=here.student.id,
                    assignment=here.assignment,
                    minutes=minutes,
                    attempts=attempts,
                    reason=reason,
                )
        except Problem as problem:
            form.refuse(problem)
        else:
            for said in form.said:
                flash(said, "warning")
            flash("The extension holds; points were counted anew.", "success")
            return _back_to_student()
    return _decide(form.errors, request.form, "extension"), 422


def _back_to_student() -> Any:
    where = url_for("gradebook.student", course=here.course.slug, student=here.student.id)
    return redirect(f"{where}#{here.assignment.exercise.slug}", code=303)


def _decide(errors: dict[str, str], sent: Any, which: str = "") -> str:
    with here.database.read() as db:
        grades = read_grades(db, here.course, here.student, everything=True)
        given = overrides.overrides_of(db, here.student.id, here.assignment.id)
        held = [
            one
            for one in extending.listed(db, here.course, enrolment=here.student.id)
            if one.extension.assignment_id in (None, here.assignment.id)
        ]
        names = dict(db.execute(select(User.id, User.name).where(User.id.in_({one.created_by for one in given}))).all())
    line = next((one for one in grades.lines if one.assignment.id == here.assignment.id), None)
    if line is None:
        raise Problem(404, "not_found", "This exercise has left the course, and this student never sent it.")
    return render_template(
        "gradebook/decide.html",
        title=f"{here.student.user.name}: {here.assignment.exercise.title}",
        student=here.student,
        line=line,
        given=given,
        names=names,
        held=held,
        errors=errors,
        sent=sent,
        which=which,
        look=cells.look,
        span=span,
        zone_name=here.course.time_zone,
        due_local=written(line.window.due_at, zone_of(here.course)),
    )


# The audit trail


@pages.route("/c/<course>/audit", act=Act.SEE_ALL)
def audit(course: str) -> str:
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("actor", "action", "student", "exercise")}
    asked = {name: value.replace("\0", "") for name, value in asked.items()}
    sought = Sought(**asked, page=request.args.get("page", 1, type=int))
    with here.database.read() as db:
        trail = read_trail(db, here.course, sought, zone())
        exercises = [(one.exercise.slug, one.exercise.title) for one in assignments_of(db, here.course)]
    kept = {name: value for name, value in asked.items() if value}
    return render_template(
        "gradebook/audit.html",
        title="Audit",
        trail=trail,
        sought=sought,
        exercises=exercises,
        address=f"?{urlencode(kept | {'page': 'PAGE'})}",
        is_filtered=bool(kept),
    )
