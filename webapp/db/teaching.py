"""What is taught: courses, their exercises as on disk, and what is asked when (assignments, extensions)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.db.base import Base, now


class CourseRow(Base):
    """A course that is taught here. `folder` is its exercises folder; `time_zone` is what its dates are shown in.

    `late_policy` is what assignments take over unless they have their own; see webapp/gradebook/lateness.py.
    """

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(Text, default="")
    folder: Mapped[str] = mapped_column(String(1000))
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    late_policy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    drop_lowest: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)


class ExerciseRow(Base):
    """An exercise as it was when the course folder was last read. `points` are milli-points.

    One that left the folder is retired, not deleted: submissions belong to it.
    """

    __tablename__ = "exercises"
    __table_args__ = (UniqueConstraint("course_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    slug: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(100))
    unit_title: Mapped[str] = mapped_column(String(200))
    unit_number: Mapped[int] = mapped_column(default=0)
    position: Mapped[int]  # in the course, from 0
    points: Mapped[int]
    hash: Mapped[str] = mapped_column(String(40))
    is_retired: Mapped[bool] = mapped_column(default=False)


class Assignment(Base):
    """An exercise that a course asks for: when, how late, how often, and how much it counts.

    `opens_at` None: open from the start. `due_at` None: no deadline. `closes_at` None: accepted after the deadline
    as the late policy says. `weight` is in thousandths. `late_policy` None: the course's. `counts`: "best" or "last".
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("exercise_id"),
        CheckConstraint("weight >= 0", name="weight_not_negative"),
        CheckConstraint("max_attempts IS NULL OR max_attempts > 0", name="some_attempts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    exercise_id: Mapped[int] = mapped_column(ForeignKey("exercises.id"))
    is_published: Mapped[bool] = mapped_column(default=True)
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    max_attempts: Mapped[int | None]
    weight: Mapped[int] = mapped_column(default=1000)
    counts: Mapped[str] = mapped_column(String(10), default="best")
    late_policy: Mapped[dict[str, Any] | None]
    exercise: Mapped[ExerciseRow] = relationship(lazy="joined")


class Extension(Base):
    """More time or more attempts, on one assignment (None: on all), for one student or for a group."""

    __tablename__ = "extensions"
    __table_args__ = (CheckConstraint("(enrolment_id IS NULL) <> (group_name IS NULL)", name="for_one_or_a_group"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    group_name: Mapped[str | None] = mapped_column(String(100))
    extra_minutes: Mapped[int] = mapped_column(default=0)  # later than the due and closing time
    extra_attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
