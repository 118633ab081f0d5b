"""What students hand in, and what becomes of it: submissions, the queue, gradings, results, who changed a grade."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.db.base import Base, now
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment


class State(StrEnum):
    """Of a submission. `not_graded`: we failed, and an operator has been told; it is no attempt and no zero."""

    QUEUED = "queued"
    GRADING = "grading"
    GRADED = "graded"
    NOT_GRADED = "not_graded"


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"  # needs an operator
    DROPPED = "dropped"  # its regrade was given up


class Source(Base):
    """The bytes of a submission, once for all who sent the same."""

    __tablename__ = "sources"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Submission(Base):
    """What a student sent. `number` counts one student's submissions to one assignment from 1.

    `due_at` is the deadline that held for this student when it was sent, and nothing that is changed later changes it;
    lateness is counted from the deadline that holds now. `grading_id` is the grading that counts.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("assignment_id", "enrolment_id", "number"),
        UniqueConstraint("enrolment_id", "client_key"),
        Index(None, "enrolment_id", "submitted_at"),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    number: Mapped[int]
    filename: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(ForeignKey("sources.digest"))
    submitted_at: Mapped[datetime] = mapped_column(default=now)
    via: Mapped[str] = mapped_column(String(20))  # browser, api
    state: Mapped[State] = mapped_column(String(20), default=State.QUEUED)
    client_key: Mapped[str | None] = mapped_column(String(64))  # the same key again is the same submission
    grading_id: Mapped[int | None]
    assignment: Mapped[Assignment] = relationship()
    enrolment: Mapped[Enrolment] = relationship()


class Job(Base):
    """One grading to be done. The lease columns say who does it.

    Who claims a job raises `fence`; only who still has the newest fence may finish it, so a worker that was thought
    dead and comes back changes nothing. `turn` orders the queue: the time it was sent, and later for those who have
    more waiting already. `tries`: how often it was begun, without the `losses`: times that its worker ended meanwhile.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "state", "priority", "turn"),
        CheckConstraint("tries >= 0", name="tries"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    regrade_id: Mapped[int | None] = mapped_column(ForeignKey("regrades.id"), index=True)
    priority: Mapped[int] = mapped_column(default=0)  # 0 interactive, 1 regrade
    turn: Mapped[datetime]
    state: Mapped[JobState] = mapped_column(String(20), default=JobState.WAITING)
    capability: Mapped[str] = mapped_column(String(20), default="cpu")
    not_before: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(default=0)
    losses: Mapped[int] = mapped_column(default=0, server_default="0")
    fence: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(200), default="")
    lease_until: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    submission: Mapped[Submission] = relationship()


class Grading(Base):
    """What one run over a submission found. `report` is the report's JSON; `score` is None where nothing was graded.

    `told` is the verdict as the student may read it: one that only a hidden check could have given is "wrong" there.
    """

    __tablename__ = "gradings"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"), unique=True)
    regrade_id: Mapped[int | None] = mapped_column(ForeignKey("regrades.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(20))
    told: Mapped[str] = mapped_column(String(20))
    score: Mapped[int | None]
    max_score: Mapped[int]
    mistakes: Mapped[str] = mapped_column(Text, default="")  # ids, with blanks between
    failed: Mapped[str] = mapped_column(Text, default="")  # names of the checks that failed, a line each
    exercise_hash: Mapped[str] = mapped_column(String(40))
    device: Mapped[str] = mapped_column(String(20))
    worker: Mapped[str] = mapped_column(String(200))
    seconds: Mapped[float]
    report: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Result(Base):
    """What one student has for one assignment, as it follows from submissions, deadlines and overrides.

    A cache: `webapp.gradebook.results` makes it anew whenever one of those changes. `points` is None where nothing
    counts yet. `verdict` is what the student is told. `score` is what the grading gave, before lateness and overrides.
    """

    __tablename__ = "results"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), primary_key=True, index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    points: Mapped[int | None]
    score: Mapped[int | None]
    verdict: Mapped[str] = mapped_column(String(20), default="")
    days_late: Mapped[int] = mapped_column(default=0)
    grace_days: Mapped[int] = mapped_column(default=0)  # of days_late, those that cost nothing
    attempts: Mapped[int] = mapped_column(default=0)
    is_waiting: Mapped[bool] = mapped_column(default=False)
    is_overridden: Mapped[bool] = mapped_column(default=False)


class Override(Base):
    """Points that an instructor gave, whatever the gradings say. One that was withdrawn stays on record."""

    __tablename__ = "overrides"
    __table_args__ = (Index(None, "enrolment_id", "assignment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]


class Regrade(Base):
    """A shadow run over submissions that were graded: its gradings count only when somebody accepts them."""

    __tablename__ = "regrades"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    state: Mapped[str] = mapped_column(String(20), default="running")  # running, ready, accepted, dropped
    total: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]


class AuditEvent(Base):
    """Who did what to grades, roles and dates, when, and why. Rows are only ever added."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "course_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: the command line
    action: Mapped[str] = mapped_column(String(60))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class WorkerRow(Base):
    """A grader that is at work, or was."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    jobs: Mapped[int]
    graded: Mapped[int] = mapped_column(default=0)
