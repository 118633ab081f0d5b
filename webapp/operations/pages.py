"""What an operator looks at: workers, the queue, gradings that need attention, courses, accounts."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from webapp.accounts import resets
from webapp.accounts.browser import show_once, shown_once, typed
from webapp.db.people import Enrolment, User
from webapp.db.teaching import CourseRow, ExerciseRow
from webapp.operations import attention, load, people, reread
from webapp.policy import Act
from webapp.web.gate import Gate, here
from webapp.web.problem import Problem, not_found

pages = Gate("operations", __name__)


@pages.route("/site", act=Act.RUN_SITE)
def overview() -> str:
    with here.database.read() as db:
        return render_template(
            "operations/overview.html",
            title="Site",
            load=load.load_of(db),
            workers=load.workers_of(db, here.settings.limits),
            dead=attention.count(db),
            lease=here.settings.limits.lease,
        )


# Gradings that need attention


@pages.route("/site/attention", act=Act.RUN_SITE)
def needing() -> str:
    with here.database.read() as db:
        rows, total = attention.troubles(db), attention.count(db)
    return render_template("operations/attention.html", title="Attention", rows=rows, total=total)


@pages.route("/site/attention/<int:job>/retry", act=Act.RUN_SITE, methods=["POST"])
def retry(job: int) -> Response:
    with here.database.write() as db:
        attention.retry(db, here.person, job)
    flash("It waits in the queue again.", "success")
    return redirect(url_for("operations.needing"), 303)


@pages.route("/site/attention/retry", act=Act.RUN_SITE, methods=["POST"])
def retry_all() -> Response:
    done = attention.retry_all(here.database, here.person)
    flash(f"In the queue again: {done}.", "success")
    return redirect(url_for("operations.needing"), 303)


# Courses


@pages.route("/site/courses", act=Act.RUN_SITE)
def courses() -> str:
    with here.database.read() as db:
        rows = db.scalars(select(CourseRow).order_by(CourseRow.title, CourseRow.id)).all()
        in_use = select(ExerciseRow.course_id, func.count()).where(ExerciseRow.is_retired.is_(False))
        exercises = dict(db.execute(in_use.group_by(ExerciseRow.course_id)).all())
        active = select(Enrolment.course_id, func.count()).where(Enrolment.is_active)
        enrolled = dict(db.execute(active.group_by(Enrolment.course_id)).all())
        readings = reread.last_readings(db)
    return render_template(
        "operations/courses.html", title="Courses", rows=rows, exercises=exercises, enrolled=enrolled, readings=readings
    )


@pages.route("/site/courses/<int:row>/read", act=Act.RUN_SITE, methods=["POST"])
def read_again(row: int) -> Response:
    try:
        said = reread.read_again(here.database, here.person, row)
    except Problem as problem:
        if problem.status == 404:
            raise
        flash(problem.sentence, "error")
    else:
        flash(f"Read again. Changes: {len(said)}." if said else "Read again. Nothing has changed.", "success")
    return redirect(url_for("operations.courses"), 303)


# People


@pages.route("/site/people", act=Act.RUN_SITE)
def accounts() -> str:
    words = request.args.get("q", "")
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    with here.database.read() as db:
        found = people.search(db, words, page)
    return render_template("operations/people.html", title="People", found=found, words=words, page=page)


@pages.route("/site/people/<int:person>", act=Act.RUN_SITE)
def account(person: int) -> str:
    with here.database.read() as db:
        user = db.get(User, person)
        if user is None:
            raise not_found("account")
        theirs = select(CourseRow.title, Enrolment.role, Enrolment.is_active).join(
            Enrolment, Enrolment.course_id == CourseRow.id
        )
        roles = db.execute(theirs.where(Enrolment.user_id == person).order_by(CourseRow.title)).all()
    return render_template(
        "operations/person.html", title=user.name, user=user, roles=roles, made=shown_once(f"reset_{person}")
    )


@pages.route("/site/people/<int:person>/admin", act=Act.RUN_SITE, methods=["POST"])
def set_admin(person: int) -> Response:
    with here.database.write() as db:
        user = people.set_admin(db, here.person, person, typed("value") == "1")
    flash(f"{user.name} is an admin now." if user.is_admin else f"{user.name} is no longer an admin.", "success")
    return redirect(url_for("operations.account", person=person), 303)


@pages.route("/site/people/<int:person>/active", act=Act.RUN_SITE, methods=["POST"])
def set_active(person: int) -> Response:
    with here.database.write() as db:
        user = people.set_active(db, here.person, person, typed("value") == "1")
    words = "can sign in again." if user.is_active else "is shut out: signed out everywhere, and tokens no longer work."
    flash(f"{user.name} {words}", "success")
    return redirect(url_for("operations.account", person=person), 303)


@pages.route("/site/people/<int:person>/reset-link", act=Act.RUN_SITE, methods=["POST"])
def reset_link(person: int) -> Response:
    with here.database.write() as db:
        user = db.get(User, person)
        if user is None:
            raise not_found("account")
        if not user.is_active:
            raise Problem(409, "deactivated", f"{user.name} is shut out: let them in first.")
        token, _ = resets.new_reset(db, user.id, here.person, here.settings.limits)
    show_once(f"reset_{person}", link=f"{here.settings.address}{url_for('links.reset', token=token)}")
    return redirect(url_for("operations.account", person=person), 303)
