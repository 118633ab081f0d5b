"""Putting the demo class into an empty installation, through the functions that everybody else uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.course.model import Course
from webapp.accounts.passwords import hash_password
from webapp.courses.extensions import grant
from webapp.courses.mirror import add_course
from webapp.db.base import now
from webapp.db.database import Database
from webapp.db.people import Enrolment, Role, User
from webapp.db.teaching import Assignment, CourseRow
from webapp.db.work import Grading, State, Submission
from webapp.demo.people import GROUPS, Student
from webapp.demo.programs import Programs
from webapp.demo.story import LATE_POLICY, ZONE, Asked, Try
from webapp.gradebook.overrides import set_override
from webapp.settings import Settings
from webapp.submissions.accept import accept
from webapp.web.identity import person_of

SLUG = "demo"
STAFF = (("grace", "Grace Adeyemi", Role.INSTRUCTOR), ("lin", "Lin Zhang", Role.ASSISTANT))


def is_seeded(database: Database) -> bool:
    """Whether the class is there, with all that was handed in."""
    with database.read() as db:
        return db.scalar(select(Submission.id).limit(1)) is not None


def add_class(
    database: Database, course: Course, students: Sequence[Student], asked: Sequence[Asked], password: str
) -> dict[str, int]:
    """The people, the course and its dates; all sign in with `password`. email -> enrolment id."""
    hashes = [hash_password(password) for _ in range(len(students) + len(STAFF))]  # slow on purpose: before the lock
    with database.write() as db:
        row = add_course(db, course, SLUG, time_zone=ZONE)
        row.late_policy = dict(LATE_POLICY)
        enrolments = {}
        people = [(f"{name}@example.org", full, role, "") for name, full, role in STAFF]
        people += [(one.email, one.name, Role.STUDENT, one.group) for one in students]
        for (email, name, role, group), hashed in zip(people, hashes, strict=True):
            user = User(email=email, name=name, password_hash=hashed, is_admin=email.startswith("grace@"))
            enrolment = Enrolment(course_id=row.id, user=user, role=role, group=group)
            db.add(enrolment)
            db.flush()
            enrolments[email] = enrolment.id
        by_slug = _assignments(db, row)
        for one in asked:
            assignment = by_slug[one.slug]
            assignment.opens_at, assignment.due_at, assignment.closes_at = one.opens_at, one.due_at, one.closes_at
            if one.due_at is None:
                assignment.weight = 0
        _grant_extensions(db, row, enrolments, [by_slug[one.slug] for one in asked if one.due_at is not None])
    return enrolments


def _assignments(db: Session, course: CourseRow) -> dict[str, Assignment]:
    rows = db.scalars(select(Assignment).where(Assignment.course_id == course.id)).unique()
    return {row.exercise.slug: row for row in rows}


def _grant_extensions(db: Session, course: CourseRow, enrolments: dict[str, int], due: Sequence[Assignment]) -> None:
    """One student was ill, one has more time everywhere, one group's lecture was cancelled."""
    grace = db.scalars(select(User).where(User.email == "grace@example.org")).one()
    late = due[min(3, len(due) - 1)]
    who = person_of(db, grace)
    cancelled = due[min(4, len(due) - 1)]
    chiara, samuel = enrolments["chiara@example.org"], enrolments["samuel@example.org"]
    grant(db, who, course, enrolment=chiara, assignment=late, minutes=7 * 1440, reason="Ill, certificate seen")
    grant(db, who, course, enrolment=samuel, minutes=2 * 1440, reason="More time for everything, as agreed")
    grant(db, who, course, group=GROUPS[1], assignment=cancelled, minutes=1440, reason="The lecture was cancelled")


def hand_in(
    database: Database,
    settings: Settings,
    enrolments: dict[str, int],
    students: Sequence[Student],
    tries: Sequence[Try],
    programs: dict[str, Programs],
    done: Callable[[], None],
) -> int:
    """Send everything of the story, each at its moment. How many were accepted; some came after closing."""
    from webapp.web.problem import Problem

    accepted = 0
    limits = replace(settings.limits, submissions_a_minute=1000)
    for begin in range(0, len(tries), 25):
        with database.write() as db:
            course = db.scalars(select(CourseRow).where(CourseRow.slug == SLUG)).one()
            by_slug = _assignments(db, course)
            for one in tries[begin : begin + 25]:
                student = students[one.student]
                try:
                    accept(
                        db,
                        course,
                        by_slug[one.slug],
                        enrolments[student.email],
                        name=f"{one.slug}.py",
                        content=programs[one.slug].source(one, student),
                        via="browser" if one.student % 3 else "api",
                        limits=limits,
                        moment=one.moment,
                    )
                    accepted += 1
                except Problem:
                    pass  # the story's student was too late, and was told so
                done()
    return accepted


def look_back(database: Database) -> None:
    """After the grading: gradings are as old as what they grade, and grace has given points twice by hand."""
    with database.write() as db:
        course = db.scalars(select(CourseRow).where(CourseRow.slug == SLUG)).one()
        rows = db.execute(select(Grading, Submission).join(Submission, Grading.submission_id == Submission.id))
        for grading, submission in rows:
            grading.created_at = submission.submitted_at + timedelta(seconds=3)
        grace = db.scalars(select(User).where(User.email == "grace@example.org")).one()
        for submission, points, reason in _to_override(db, course):
            made = set_override(
                db,
                person_of(db, grace),
                course,
                submission.assignment,
                submission.enrolment_id,
                points,
                reason,
            )
            made.created_at = min(now(), submission.submitted_at + timedelta(days=2))


def _to_override(db: Session, course: CourseRow) -> list[tuple[Submission, int, str]]:
    """Two submissions that were not quite right: (submission, points, reason)."""
    rows = db.execute(
        select(Submission, Grading.max_score)
        .join(Grading, Grading.id == Submission.grading_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(
            Assignment.course_id == course.id,
            Submission.state == State.GRADED,
            Assignment.due_at.is_not(None),
            Grading.score < Grading.max_score,
            Grading.score > 0,
        )
        .order_by(Submission.submitted_at)
        .limit(40)
    ).all()
    reasons = ("Explained it well on the board", "The statement was unclear here; agreed in the lecture")
    picked = [rows[index] for index in (7, 23) if index < len(rows)]
    return [(row[0], row[1] * 4 // 5, reason) for row, reason in zip(picked, reasons, strict=False)]
