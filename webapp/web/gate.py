"""Every route names the act it stands for, and is reached only by those who may do it.

    pages = Gate("gradebook", __name__)

    @pages.route("/c/<course>/gradebook", act=Act.SEE_ALL)
    def gradebook() -> str: ...

Before the view runs, `here` holds who asks and what the address names: the course, the assignment, the submission.
What doesn't exist and what somebody may not know of look the same: 404.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from webapp.db.database import Database
from webapp.db.people import Enrolment, SignedIn
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import Submission
from webapp.policy import Act, Person
from webapp.settings import Settings
from webapp.web.identity import who_asks
from webapp.web.problem import Problem, not_found

LARGEST: Final = 2**31 - 1  # of an id

View = TypeVar("View", bound=Callable[..., Any])


class Gate(Blueprint):
    """A blueprint whose routes each name an act."""

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.acts: dict[str, Act] = {}

    def route(self, rule: str, *, act: Act | None = None, **options: Any) -> Callable[[View], View]:
        if act is None:
            raise TypeError(f"the route {rule} names no act")
        add = super().route(rule, **options)

        def named(view: View) -> View:
            self.acts[options.get("endpoint") or view.__name__] = act
            return add(view)

        return named


@dataclass
class Here:
    """What a request is about. `course`, `assignment`, `submission`, `student` are there where the address names them.

    `enrolment` is the asking person's own in the course.
    """

    person: Person
    database: Database
    settings: Settings
    session: SignedIn | None = None
    course: CourseRow = None  # type: ignore[assignment]
    assignment: Assignment = None  # type: ignore[assignment]
    submission: Submission = None  # type: ignore[assignment]
    student: Enrolment = None  # type: ignore[assignment]

    @property
    def enrolment(self) -> int | None:
        return self.person.enrolment_in(self.course.id)

    def may(self, act: Act) -> bool:
        """Whether the asking person may do `act` to what this request is about."""
        owner = self.submission.enrolment_id if self.submission else self.student.id if self.student else None
        return self.person.may(act, course=self.course.id if self.course else None, owner=owner)


here: Here = cast(Here, LocalProxy(lambda: g.here))


def acts_of(app: Flask) -> dict[str, Act]:
    """endpoint -> act, for all routes. Raises TypeError for a route that names none."""
    acts = {"static": Act.ANYTHING}
    for name, blueprint in app.blueprints.items():
        acts |= {f"{name}.{endpoint}": act for endpoint, act in getattr(blueprint, "acts", {}).items()}
    bare = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - set(acts))
    if bare:
        raise TypeError(f"these routes name no act: {', '.join(bare)}")
    return acts


def admit() -> Response | None:
    """Before every request: find out who asks and what it is about, and send away whoever may not."""
    if request.endpoint == "static" or (request.endpoint is None and request.path.startswith("/api/")):
        return None
    settings, database = current_app.config["SETTINGS"], current_app.config["DATABASE"]
    person, session = who_asks(request, database, settings)
    g.here = about = Here(person, database, settings, session)
    if request.endpoint is None:
        return None  # there is no such page; the one that says so knows who is signed in
    act: Act = current_app.config["ACTS"][request.endpoint]
    named = request.view_args or {}
    if not all(map(_storable, named.values())):
        raise not_found()
    _look_up(about, named)
    if about.may(act):
        return None
    if person.user is None:
        if request.path.startswith("/api/"):
            raise Problem(401, "sign_in", "Sign in first: send a token, which `gradgym login` gets for you.")
        where = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=where))
    raise Problem(403, "forbidden", f"This is for {act.value}.")


def _look_up(about: Here, named: dict[str, Any]) -> None:
    """What the address names, each inside the course that it names. Raises Problem (404)."""
    if "course" not in named:
        return
    with about.database.read() as db:
        course = db.scalar(select(CourseRow).where(CourseRow.slug == named["course"]))
        if about.person.user is None:
            about.course = course or CourseRow(id=0)  # whoever signs in first learns nothing
            return
        if course is None or not about.person.knows(course.id):
            raise not_found("course")
        about.course = course
        if "exercise" in named:
            found = db.scalar(
                select(Assignment)
                .join(ExerciseRow)
                .where(Assignment.course_id == course.id, ExerciseRow.slug == named["exercise"])
            )
            if found is None or not (found.is_published or about.person.may(Act.SEE_ALL, course=course.id)):
                raise not_found("exercise")
            about.assignment = found
        if "student" in named:
            student = db.get(Enrolment, named["student"], options=[joinedload(Enrolment.user)])
            if student is None or student.course_id != course.id or not _visible(about, student.id):
                raise not_found("student")
            about.student = student
        if "submission" in named:
            with_all = [joinedload(Submission.assignment), joinedload(Submission.enrolment).joinedload(Enrolment.user)]
            submission = db.get(Submission, named["submission"], options=with_all)
            if (
                submission is None
                or submission.assignment.course_id != course.id
                or not _visible(about, submission.enrolment_id)
            ):
                raise not_found("submission")
            about.submission, about.assignment = submission, submission.assignment


def _storable(value: Any) -> bool:
    """Whether a database could have it: no number above its integers, no text with a NUL, which PostgreSQL refuses."""
    return value <= LARGEST if isinstance(value, int) else "\0" not in str(value)


def _visible(about: Here, enrolment: int) -> bool:
    return about.person.may(Act.SEE_WORK, course=about.course.id, owner=enrolment)
