"""An instructor's links: invitations to the course, and new passwords for its students."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.accounts import invitations, resets
from webapp.accounts.browser import again, show_once, shown_once, typed
from webapp.db.people import Role
from webapp.policy import Act
from webapp.web.gate import Gate, here
from webapp.web.problem import Problem

pages = Gate("invitations", __name__)


@pages.route("/c/<course>/invitations", act=Act.RUN_COURSE)
def all(course: str) -> str:
    values = {"role": "student", "days": "30"}
    return render_template(
        "accounts/invitations.html", errors={}, values=values, made=shown_once("invitation"), **_invitations()
    )


@pages.route("/c/<course>/invitations", act=Act.RUN_COURSE, methods=["POST"])
def invite(course: str) -> Response:
    try:
        offer = invitations.offer_from(*(typed(name) for name in ("role", "group", "uses", "days", "email")))
    except Problem as problem:
        values = request.form.to_dict()
        return again("accounts/invitations.html", problem, values=values, made=None, **_invitations())
    with here.database.write() as db:
        _, secret = invitations.invite(db, here.course.id, here.person, offer)
    show_once("invitation", link=f"{here.settings.address}{url_for('links.join', token=secret)}")
    return redirect(url_for("invitations.all", course=course), 303)


@pages.route("/c/<course>/invitations/<int:invitation>/revoke", act=Act.RUN_COURSE, methods=["POST"])
def revoke(course: str, invitation: int) -> Response:
    with here.database.write() as db:
        invitations.revoke(db, here.course.id, here.person, invitation)
    flash("That invitation no longer works.", "success")
    return redirect(url_for("invitations.all", course=course), 303)


@pages.route("/c/<course>/students/<int:student>/reset-link", act=Act.RUN_COURSE)
def reset_link(course: str, student: int) -> str:
    """The page that asks for a link, and shows one that was just made."""
    made = shown_once("reset")
    with here.database.read() as db:
        may = resets.may_reset(db, here.person, here.student.user)
    title = f"A new password for {here.student.user.name}"
    return render_template("accounts/reset_link.html", title=title, student=here.student, made=made, may_reset=may)


@pages.route("/c/<course>/students/<int:student>/reset-link", act=Act.RUN_COURSE, methods=["POST"])
def new_reset_link(course: str, student: int) -> Response:
    with here.database.write() as db:
        resets.must_reset(db, here.person, here.student.user)
        token, until = resets.new_reset(
            db, here.student.user_id, here.person, here.settings.limits, course=here.course.id
        )
    link = f"{here.settings.address}{url_for('links.reset', token=token)}"
    show_once("reset", link=link, until=until.isoformat())
    return redirect(url_for("invitations.reset_link", course=course, student=student), 303)


def _invitations() -> dict[str, object]:
    with here.database.read() as db:
        rows = invitations.invitations_of(db, here.course.id)
    return {"title": "Invitations", "rows": rows, "roles": [(role.value, role.value.title()) for role in Role]}
