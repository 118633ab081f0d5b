"""What an instructor decides: assignments, dates, late rules, weights, extensions."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from webapp.courses import extensions as extending
from webapp.courses.assignment_form import BULK, course_changes, one_change, values_of
from webapp.courses.assignments import assignments_of, change_assignments, change_course
from webapp.courses.extension_form import read_amount
from webapp.courses.local_time import span, zone_of
from webapp.db.people import Enrolment, Role, User
from webapp.db.teaching import Assignment
from webapp.gradebook.lateness import policy_for
from webapp.policy import Act
from webapp.web.fields import Fields
from webapp.web.gate import Gate, here
from webapp.web.problem import Problem

pages = Gate("teaching", __name__)

LATE_RULES: Final = (
    ("none", "No cost until it closes"),
    ("per_day", "Every day begun costs a part"),
    ("grace_days", "Like that, with grace days in the whole course"),
    ("cut_off", "Nothing is accepted after the deadline"),
)


@pages.route("/c/<course>/assignments", act=Act.SEE_ALL)
def assignments(course: str) -> str:
    return _assignments({}, {})


@pages.route("/c/<course>/assignments", act=Act.RUN_COURSE, methods=["POST"])
def change_many(course: str) -> Any:
    """Bulk edit: the same values for a unit, or for the assignments that are ticked."""
    form = Fields(request.form)
    with here.database.read() as db:
        known = assignments_of(db, here.course)
    picked = {id for id in request.form.getlist("pick") if id.isdecimal()}
    unit = form.raw("unit")
    meant = [
        one
        for one in known
        if not one.exercise.is_retired and (str(one.id) in picked or unit in ("*", one.exercise.unit))
    ]
    if not meant:
        form.errors["unit"] = "No assignment is meant: choose a unit, or tick some in the table."
    what = form.choice("set", [name for name, _ in BULK])
    changes = {}
    for one in meant if not form.errors else ():
        changes[one.id] = one_change(form, here.course, one, what)
    answer = _store(form, changes)
    return answer or (_assignments(form.errors, request.form), 422)


@pages.route("/c/<course>/assignments/<exercise>", act=Act.SEE_ALL)
def assignment(course: str, exercise: str) -> str:
    return _assignment(values_of(here.assignment, here.course), {})


@pages.route("/c/<course>/assignments/<exercise>", act=Act.RUN_COURSE, methods=["POST"])
def change_one(course: str, exercise: str) -> Any:
    form = Fields(request.form)
    answer = _store(form, {here.assignment.id: one_change(form, here.course, here.assignment)})
    return answer or (_assignment(request.form, form.errors), 422)


def _store(form: Fields, changes: dict[int, dict[str, Any]]) -> Any:
    """The redirect, or None when the form has to be shown again."""
    if form.errors:
        return None
    try:
        with here.database.write() as db:
            changed = change_assignments(db, here.person, here.course, changes)
    except Problem as problem:
        form.refuse(problem)
        return None
    for said in dict.fromkeys(form.said):
        flash(said, "warning")
    if changed:
        flash(
            f"{changed} assignment{'s were' if changed > 1 else ' was'} changed; points were counted anew.", "success"
        )
    else:
        flash("Nothing was different, so nothing was changed.", "note")
    return redirect(url_for("teaching.assignments", course=here.course.slug), code=303)


def _assignments(errors: dict[str, str], sent: Any) -> str:
    with here.database.read() as db:
        found = assignments_of(db, here.course)
    units: dict[str, tuple[str, str, list[Assignment]]] = {}
    for one in found:
        folder = "" if one.exercise.is_retired else one.exercise.unit
        title = "No longer in the course folder" if one.exercise.is_retired else one.exercise.unit_title
        units.setdefault(folder, (folder, title, []))[2].append(one)
    return render_template(
        "teaching/assignments.html",
        title="Assignments",
        units=list(units.values()),
        policy=policy_for(here.course.late_policy, None),
        policy_for=policy_for,
        unit_options=[
            ("", "Those ticked below"),
            ("*", "All"),
            *((one[0], one[1]) for one in units.values() if one[0]),
        ],
        bulk=BULK,
        late_rules=LATE_RULES,
        errors=errors,
        sent=sent,
        zone=zone_of(here.course),
    )


def _assignment(values: Any, errors: dict[str, str]) -> str:
    return render_template(
        "teaching/assignment.html",
        title=here.assignment.exercise.title,
        assignment=here.assignment,
        values=values,
        errors=errors,
        late_rules=LATE_RULES,
        policy=policy_for(here.course.late_policy, None),
        zone=zone_of(here.course),
    )


# The course's own rules


@pages.route("/c/<course>/settings", act=Act.RUN_COURSE)
def settings(course: str) -> str:
    policy = policy_for(here.course.late_policy, None)
    values = {
        "title": here.course.title,
        "time_zone": here.course.time_zone,
        "drop_lowest": here.course.drop_lowest,
        "late": policy.kind,
        "percent": policy.percent,
        "at_most": policy.at_most,
        "grace": policy.grace,
    }
    return _settings(values, {})


@pages.route("/c/<course>/settings", act=Act.RUN_COURSE, methods=["POST"])
def change_settings(course: str) -> Any:
    form = Fields(request.form)
    changes = course_changes(form)
    if not form.errors:
        try:
            with here.database.write() as db:
                changed = change_course(db, here.person, here.course, changes)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash("The course was changed." if changed else "Nothing was different.", "success")
            return redirect(url_for("teaching.settings", course=here.course.slug), code=303)
    return _settings(request.form, form.errors), 422


def _settings(values: Any, errors: dict[str, str]) -> str:
    return render_template(
        "teaching/settings.html", title="Course settings", values=values, errors=errors, late_rules=LATE_RULES
    )


# Extensions


@pages.route("/c/<course>/extensions", act=Act.SEE_ALL)
def extensions(course: str) -> str:
    return _extensions({}, request.args)


@pages.route("/c/<course>/extensions", act=Act.RUN_COURSE, methods=["POST"])
def grant(course: str) -> Any:
    form = Fields(request.form)
    with here.database.read() as db:
        known = {str(one.id): one for one in assignments_of(db, here.course)}
    meant = form.raw("assignment")
    if meant and meant not in known:
        form.errors["assignment"] = "There is no such assignment in this course: choose one of the list."
    kind, _, whom = form.raw("who").partition(":")
    if kind not in ("student", "group") or not whom or (kind == "student" and not whom.isdecimal()):
        form.errors["who"] = "An extension is for one student or for one group: choose one."
    minutes, attempts = read_amount(form, here.course, known.get(meant))
    reason = form.text("reason", "A reason")
    if not form.errors:
        try:
            with here.database.write() as db:
                extending.grant(
                    db,
                    here.person,
                    here.course,
                    enrolment=int(whom[:9]) if kind == "student" else None,
                    group=whom if kind == "group" else None,
                    assignment=known.get(meant),
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
            return redirect(url_for("teaching.extensions", course=here.course.slug), code=303)
    return _extensions(form.errors, request.form), 422


@pages.route("/c/<course>/extensions/<int:extension>/withdraw", act=Act.RUN_COURSE, methods=["POST"])
def withdraw(course: str, extension: int) -> Any:
    with here.database.write() as db:
        extending.withdraw(db, here.person, here.course, extension)
    flash("The extension was withdrawn; points were counted anew.", "success")
    return redirect(url_for("teaching.extensions", course=here.course.slug), code=303)


def _extensions(errors: dict[str, str], sent: Any) -> str:
    with here.database.read() as db:
        listed = extending.listed(db, here.course)
        people = db.execute(
            select(Enrolment.id, User.name, User.email, Enrolment.group)
            .join(User, User.id == Enrolment.user_id)
            .where(Enrolment.course_id == here.course.id, Enrolment.role == Role.STUDENT, Enrolment.is_active)
            .order_by(User.name, User.email)
        ).all()
        asked = [one for one in assignments_of(db, here.course) if not one.exercise.is_retired]
    groups = sorted({group for *_, group in people if group})
    return render_template(
        "teaching/extensions.html",
        title="Extensions",
        listed=listed,
        people=people,
        groups=groups,
        assignment_options=[("", "All assignments"), *((one.id, one.exercise.title) for one in asked)],
        span=span,
        errors=errors,
        sent=sent,
    )
