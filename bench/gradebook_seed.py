"""A class of any size in a database, without grading: for figures of the gradebook. All is drawn by a seed."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, insert, select

from grader.course.load import load_course
from webapp.courses.mirror import add_course
from webapp.db.base import now
from webapp.db.database import Database
from webapp.db.people import Enrolment, Role, SignedIn, User
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import Grading, Job, JobState, Source, State, Submission
from webapp.gradebook.results import refresh
from webapp.web.identity import digest_of

FIRST = (
    "Amina",
    "Bela",
    "Chen",
    "Dora",
    "Emil",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Kira",
    "Luis",
    "Mina",
    "Noor",
)
LAST = (
    "Abel",
    "Brandt",
    "Costa",
    "Diaz",
    "Engel",
    "Fischer",
    "Gomez",
    "Haddad",
    "Ito",
    "Jansen",
    "Kaya",
    "Lind",
    "Moreau",
)
SESSION = "a-browser-of-the-figures"  # grace's cookie


def seed(database: Database, folder: Path, students: int, *, submissions: int = 1, slug: str = "dl") -> CourseRow:
    """grace teaches the course of `folder` to so many students, who sent nearly all of it."""
    draw = random.Random(7)
    moment = now().replace(second=0, microsecond=0)
    with database.write() as db:
        course = add_course(db, load_course(folder), slug, time_zone="Europe/Berlin")
        course.late_policy = {"kind": "per_day", "percent": 10, "at_most": 50}
        course.drop_lowest = 2
        grace = User(email="grace@example.org", name="Grace")
        db.add(grace)
        db.flush()
        db.add(Enrolment(course_id=course.id, user_id=grace.id, role=Role.INSTRUCTOR))
        db.add(SignedIn(digest=digest_of(SESSION), user_id=grace.id))
        asked = select(Assignment).join(ExerciseRow).where(Assignment.course_id == course.id)
        assignments = list(db.scalars(asked.order_by(ExerciseRow.position)).unique())
        for number, assignment in enumerate(assignments):
            assignment.due_at = moment + timedelta(days=3 * (number - 0.95 * len(assignments)))
        people = [
            {"email": f"s{number}@example.org", "name": f"{draw.choice(FIRST)} {draw.choice(LAST)} {number}"}
            if students > 60
            else {"email": f"s{number}@example.org", "name": f"{draw.choice(FIRST)} {draw.choice(LAST)}"}
            for number in range(students)
        ]
        users = list(db.scalars(insert(User).returning(User.id, sort_by_parameter_order=True), people))
        rows = [
            {"course_id": course.id, "user_id": user, "role": Role.STUDENT, "group": f"group {1 + number % 8}"}
            for number, user in enumerate(users)
        ]
        enrolled = list(db.scalars(insert(Enrolment).returning(Enrolment.id, sort_by_parameter_order=True), rows))
        db.add(Source(digest="0" * 64, content=b"x = 1\n"))
    for start in range(0, len(enrolled), 200):
        _send(database, assignments, enrolled[start : start + 200], draw, submissions)
    with database.write() as db:
        refresh(db, db.get_one(CourseRow, course.id), enrolled)
    return course


def _send(database: Database, assignments: list[Any], enrolled: list[int], draw: random.Random, count: int) -> None:
    sent, moment = [], now()
    for enrolment in enrolled:
        keen = draw.random()
        for assignment in assignments:
            if assignment.due_at > moment + timedelta(days=12) or draw.random() > 0.8 + 0.2 * keen:
                continue
            for number in range(1, count + 1):
                late = timedelta(
                    hours=draw.choice((-60, -30, -8, -2, -1, 5, 30)) if keen < 0.4 else -draw.random() * 90
                )
                at = min(assignment.due_at + late + timedelta(minutes=number), moment)
                state = State.QUEUED if draw.random() < 0.004 else State.GRADED
                columns = {"assignment_id": assignment.id, "enrolment_id": enrolment, "number": number, "state": state}
                sent.append(columns | {"submitted_at": at, "via": "api", "filename": "x.py", "digest": "0" * 64})
    most = {found.id: found.exercise.points for found in assignments}
    with database.write() as db:
        numbered = insert(Submission).returning(Submission.id, sort_by_parameter_order=True)
        ids = list(db.scalars(numbered, sent))
        jobs = [
            {"submission_id": id, "turn": moment, "state": JobState.DONE if one["state"] is State.GRADED else "waiting"}
            for id, one in zip(ids, sent, strict=True)
        ]
        job_ids = list(db.scalars(insert(Job).returning(Job.id, sort_by_parameter_order=True), jobs))
        gradings = []
        for id, job, one in zip(ids, job_ids, sent, strict=True):
            if one["state"] is not State.GRADED:
                continue
            most_here = most[one["assignment_id"]]
            score = draw.choice((most_here, most_here, most_here, most_here // 2, most_here * 3 // 4, 0))
            columns = {"submission_id": id, "job_id": job, "score": score, "max_score": most_here}
            verdict = "passed" if score == most_here else "wrong"
            made = {
                "verdict": verdict,
                "told": verdict,
                "exercise_hash": "0" * 40,
                "device": "cpu",
                "worker": "seed",
                "seconds": 0.1,
            }
            gradings.append(columns | made | {"report": "{}"})
        rows = db.execute(
            insert(Grading).returning(Grading.submission_id, Grading.id, sort_by_parameter_order=True), gradings
        ).all()
        table = Submission.__table__
        db.connection().execute(
            table.update().where(table.c.id == bindparam("s")).values(grading_id=bindparam("g")),
            [{"s": submission, "g": grading} for submission, grading in rows],
        )
