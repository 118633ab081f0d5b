"""Nothing lost, nothing twice, every grade the right one: read from the database when all is over."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from bench.reliability.big_class import BigClass, Grade
from bench.reliability.clients import Sent
from webapp.db.database import Database
from webapp.db.work import Grading, Job, JobState, Result, State, Submission


def wait_until_graded(database: Database, most: float) -> float:
    """Wait until nothing is queued or being graded, `most` seconds at most. How many seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < most:
        with database.read() as db:
            left = db.scalar(
                select(func.count()).select_from(Submission).where(Submission.state.in_((State.QUEUED, State.GRADING)))
            )
        if not left:
            break
        time.sleep(0.1)
    return time.monotonic() - began


def faults(there: BigClass, sent: Sequence[Sent]) -> list[str]:
    """In words, everything that is not as it has to be. Empty when all is well."""
    accepted = {one.id: one for one in sent if one.id}
    found = [f"{one.key} was not accepted: {one.status} {one.said}" for one in sent if not one.id]
    if len(accepted) != len([one for one in sent if one.id]):
        found.append("two submissions were answered with one id")
    database = there.open()
    with database.read() as db:
        rows = {row.id: row for row in db.scalars(select(Submission))}
        gradings = db.scalars(select(Grading)).all()
        dead = db.scalars(select(Job).where(Job.state == JobState.DEAD)).all()
        tried = {(row.enrolment_id, row.assignment_id): row.attempts for row in db.scalars(select(Result))}
    database.close()
    found += [f"submission {id} was accepted and is lost" for id in accepted if id not in rows]
    found += [f"submission {id} is there, and nobody sent it" for id in rows if id not in accepted]
    found += [f"submission {job.submission_id} needs an operator: {job.trouble}" for job in dead]
    graded: dict[int, Grading] = {}
    for one in gradings:
        if one.submission_id in graded:
            found.append(f"submission {one.submission_id} was graded twice")
        graded[one.submission_id] = one
    for id, one_sent in accepted.items():
        if id not in graded:
            found.append(f"submission {id} was not graded")
        elif (got := _grade(graded[id])) != one_sent.program.grade:
            found.append(f"submission {id} ({one_sent.program.slug}) got {got}, not {one_sent.program.grade}")
        elif rows[id].state != State.GRADED or rows[id].grading_id != graded[id].id:
            found.append(f"submission {id} is {rows[id].state}, though it was graded")
    counted = Counter((row.enrolment_id, row.assignment_id) for row in rows.values())
    for who, number in counted.items():
        if tried.get(who) != number:
            found.append(f"enrolment {who[0]} sent {number} to assignment {who[1]}, and {tried.get(who)} count")
    return found


def _grade(row: Grading) -> Grade:
    return Grade(row.verdict, row.score, row.mistakes)
