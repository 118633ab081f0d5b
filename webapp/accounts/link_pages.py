"""What somebody comes to with a link: joining a course, a new password; and asking for the latter by mail."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webapp.accounts import forgotten, invitations, passwords, resets, throttle
from webapp.accounts.browser import again, post, signed_in, typed, visit, without_cookie
from webapp.accounts.people import new_account
from webapp.accounts.sessions import open_session
from webapp.db.people import Invitation, User
from webapp.db.teaching import CourseRow
from webapp.gradebook import audit
from webapp.policy import Act, Person
from webapp.web.gate import Gate, here
from webapp.web.problem import Problem, not_found

pages = Gate("links", __name__)


# Joining a course


@pages.route("/join/<token>", act=Act.ANYTHING)
def join(token: str) -> str:
    return render_template("accounts/join.html", errors={}, **_offered(token))


@pages.route("/join/<token>", act=Act.ANYTHING, methods=["POST"])
def join_now(token: str) -> Response:
    """Whoever is signed in joins; who has no account makes one with the same form."""
    if here.person.user is None:
        return _join_with_new_account(token)
    with here.database.write() as db:
        invitation, is_new = invitations.join(db, token, db.get_one(User, here.person.user.id))
        course = db.get_one(CourseRow, invitation.course_id)
    _welcome(course, invitation, is_new)
    return redirect(_course(course), 303)


def _join_with_new_account(token: str) -> Response:
    values = {"name": typed("name"), "email": typed("email")}
    offered = _offered(token)
    try:
        with here.database.write() as db:
            tries = throttle.buckets(here.settings.limits, None, visit().address, "join-")
            throttle.write_down(db, tries, here.settings.limits.sign_in_window)
        hashed = passwords.hash_password(passwords.acceptable(typed("password")))
        with here.database.write() as db:
            user = new_account(db, values["email"], values["name"], password_hash=hashed)
            audit.record(db, Person(user), "account.made", after={"user": user.id, "by": "invitation"})
            invitation, is_new = invitations.join(db, token, user)
            course = db.get_one(CourseRow, invitation.course_id)
            secret = open_session(db, user.id, visit())
    except Problem as problem:
        if problem.code == "for_another":  # there is no other account yet, only another address to write
            problem = Problem(
                422, problem.code, "This invitation is for another address: write that one.", field="email"
            )
        return again("accounts/join.html", problem, **offered, **values)
    answer = signed_in(secret, _course(course))
    _welcome(course, invitation, is_new)
    return answer


def _offered(token: str) -> dict[str, object]:
    with here.database.read() as db:
        invitation = invitations.invitation_of(db, token)
        return {
            "title": "Join a course",
            "token": token,
            "invitation": invitation,
            "joins": db.get_one(CourseRow, invitation.course_id),
            "is_in": here.person.role_in(invitation.course_id) is not None,
            "oidc": bool(here.settings.oidc_issuer and here.settings.oidc_client),
        }


def _course(course: CourseRow) -> str:
    return f"/c/{course.slug}/"


def _welcome(course: CourseRow, invitation: Invitation, is_new: bool) -> None:
    flash(f"You are in “{course.title}” now." if is_new else f"You are in “{course.title}” already.", "success")


# A new password


@pages.route("/reset/<token>", act=Act.ANYTHING)
def reset(token: str) -> str:
    with here.database.read() as db:
        user = db.get_one(User, resets.reset_of(db, token).user_id)
    return render_template("accounts/reset.html", title="A new password", token=token, email=user.email, errors={})


@pages.route("/reset/<token>", act=Act.ANYTHING, methods=["POST"])
def reset_now(token: str) -> Response:
    with here.database.read() as db:
        user = db.get_one(User, resets.reset_of(db, token).user_id)  # first, because hashing is slow
    try:
        hashed = passwords.hash_password(passwords.acceptable(typed("password")))
    except Problem as problem:
        return again("accounts/reset.html", problem, title="A new password", token=token, email=user.email)
    with here.database.write() as db:
        resets.set_password(db, token, hashed)
    answer = without_cookie(redirect(url_for("accounts.sign_in"), 303))
    flash("Your new password holds, and all browsers were signed out. Sign in with it.", "success")
    return answer


@pages.route("/forgot", act=Act.ANYTHING)
def forgot() -> str:
    _must_mail()
    return render_template("accounts/forgot.html", title="A forgotten password", errors={})


@pages.route("/forgot", act=Act.ANYTHING, methods=["POST"])
def forgot_now() -> Response:
    _must_mail()
    sender = post()
    assert sender is not None
    try:
        forgotten.ask(here.database, here.settings, sender, typed("email"), visit())
    except Problem as problem:
        return again("accounts/forgot.html", problem, title="A forgotten password", email=typed("email"))
    return redirect(url_for("links.forgot_sent"), 303)


@pages.route("/forgot/sent", act=Act.ANYTHING)
def forgot_sent() -> str:
    _must_mail()
    text = (
        "If there is an account with that address, a link is on its way to it. It works once, for a day. "
        "If nothing comes, look among the spam, or ask your instructor for a link."
    )
    links = [("To the sign-in page", url_for("accounts.sign_in"))]
    return render_template("message.html", title="Look into your mail", text=text, tone="info", links=links)


def _must_mail() -> None:
    if not here.settings.smtp:
        raise not_found()
