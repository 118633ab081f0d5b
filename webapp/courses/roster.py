"""Who takes part: the roster, its import, roles and groups."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.courses import people as rosters
from webapp.db.people import Role
from webapp.policy import Act
from webapp.web.gate import Gate, here
from webapp.web.problem import Problem

pages = Gate("roster", __name__)


@pages.route("/c/<course>/roster", act=Act.SEE_ALL)
def people(course: str) -> str:
    return _page()


@pages.route("/c/<course>/roster/import", act=Act.RUN_COURSE, methods=["POST"])
def import_roster(course: str) -> Response | tuple[str, int]:
    """A file `roster`, or the same as text."""
    file = request.files.get("roster")
    text = request.form.get("text", "")
    content = file.read() if file and file.filename else text.encode("utf-8", "replace")
    try:
        found = rosters.read_roster(content)
        if found.faults:
            return _page(faults=found.faults, text=text), 422
        with here.database.write() as db:
            done = rosters.import_roster(db, here.person, here.course, found)
    except Problem as problem:
        return _page(faults=(problem.sentence,), text=text), problem.status
    flash(
        f"{done.enrolled} people were enrolled ({len(done.new)} of them with a new account), "
        f"{done.changed} changed, {done.same} stayed as they were."
    )
    return redirect(url_for("roster.people", course=course), 303)


@pages.route("/c/<course>/roster/<int:student>", act=Act.RUN_COURSE, methods=["POST"])
def change(course: str, student: int) -> Response | tuple[str, int]:
    sent = request.form
    try:
        with here.database.write() as db:
            rosters.change_enrolment(
                db,
                here.person,
                here.course,
                student,
                role=rosters.checked_role(sent.get("role", "")),
                group=sent.get("group", ""),
                is_active=sent.get("is_active") == "1",
            )
    except Problem as problem:
        return _page(faults=(problem.sentence,)), problem.status
    flash(f"{here.student.user.name} was changed.")
    return redirect(url_for("roster.people", course=course), 303)


def _page(**more: Any) -> str:
    with here.database.read() as db:
        found = rosters.roster_of(db, here.course)
    active = [one for one in found if one.is_active]
    return render_template(
        "courses/roster.html",
        people=found,
        active=len(active),
        roles=[(role.value, role.value) for role in Role],
        **more,
    )
