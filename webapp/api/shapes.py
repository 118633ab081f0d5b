"""What the API answers with. Points are plain numbers, moments are UTC, null is "there is none"."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from grader.report.model import plain_points

Moment = Annotated[datetime, Meta(tz=True)]
ReportJson = Annotated[
    msgspec.Raw | None,
    Meta(
        description="The report, once there is one, without what this person may not read.",
        extra_json_schema={"anyOf": [{"$ref": "#/components/schemas/Report"}, {"type": "null"}]},
    ),
]


class Trouble(msgspec.Struct):
    """Why not. `code` is a word for programs, `message` a sentence for people that ends with the next step."""

    code: str
    message: str
    field: str | UnsetType = UNSET
    retry_after: int | UnsetType = UNSET


class Failure(msgspec.Struct):
    """Every answer that is no success has this shape. Nothing of the request was stored."""

    error: Trouble


class Token(msgspec.Struct):
    """A token. It is shown this once: the server keeps only its digest."""

    token: str
    name: str
    expires_at: Moment | None


class Me(msgspec.Struct):
    """Whose token this is. `time_zone` is empty where the course's is used."""

    id: int
    email: str
    name: str
    is_admin: bool
    time_zone: str


class Course(msgspec.Struct):
    """A course that this person takes part in (or any, for an admin). `role` and `enrolment` are this person's own.

    `enrolment` is the `student` of other addresses.
    """

    slug: str
    title: str
    about: str
    role: Literal["student", "assistant", "instructor"] | None
    enrolment: int | None
    time_zone: str
    late_rule: str


class Terms(msgspec.Struct):
    """What holds for this person now, extensions included. `attempts` and `attempts_left` null: any number."""

    opens_at: Moment | None
    due_at: Moment | None
    closes_at: Moment | None
    is_open: bool
    days_late: int
    attempts: int | None
    attempts_used: int
    attempts_left: int | None
    late_rule: str


class Result(msgspec.Struct):
    """What a student has for an exercise. `points` null: nothing counts yet; `score` is before lateness and overrides.

    `days_late` are those of the submission that counts; `grace_days` of them cost nothing.
    """

    points: float | None
    score: float | None
    verdict: str | None
    days_late: int
    grace_days: int
    attempts: int
    is_waiting: bool
    is_overridden: bool
    submission: int | None


class Exercise(msgspec.Struct, kw_only=True):
    """An exercise of a course: how much it is worth, until when, and what this person has for it."""

    slug: str
    title: str
    unit: str
    unit_title: str
    points: float
    weight: float
    is_published: bool
    terms: Terms
    result: Result | None


class ExerciseInFull(Exercise, kw_only=True):
    """An exercise with its statement (Markdown) and the names that a submission has to define."""

    statement: str
    provides: list[str]


class Someone(msgspec.Struct):
    """A person in a course, by the id of the enrolment: the `student` of other addresses."""

    id: int
    name: str


class Submission(msgspec.Struct, kw_only=True):
    """What a student sent. `position` is the place in the queue, 1 is next; null when it doesn't wait.

    `state`: queued, grading, graded, or not_graded (the platform failed: no attempt is used and no score changed).
    """

    id: int
    number: int
    exercise: str
    student: Someone
    filename: str
    sha256: str
    submitted_at: Moment
    via: str
    state: Literal["queued", "grading", "graded", "not_graded"]
    position: int | None
    verdict: str | None
    score: float | None
    max_score: float | None


class SubmissionInFull(Submission, kw_only=True):
    """A submission with its report."""

    report: ReportJson


class NewSubmission(msgspec.Struct, forbid_unknown_fields=True):
    """A file to be graded, as text. `name` ends in .py or .ipynb; left out: the exercise's own."""

    content: Annotated[str, Meta(description="The whole file.")]
    name: Annotated[str, Meta(max_length=200)] = ""


class Student(msgspec.Struct):
    """A student of a course; `id` is the enrolment's."""

    id: int
    name: str
    email: str
    group: str


class Cell(msgspec.Struct):
    """What a student has for an exercise. `points` null: nothing counts yet."""

    points: float | None
    days_late: int
    is_waiting: bool
    is_overridden: bool
    submission: int | None


class Row(msgspec.Struct):
    """One student's line of the gradebook. `results`: exercise -> cell, for those that have one.

    `points` of `out_of` are plain sums; `share`, between 0 and 1, is the grade so far: weights and dropped exercises
    are in it, null while nothing counts.
    """

    student: Student
    points: float
    out_of: float
    share: float | None
    results: dict[str, Cell]


def plain(milli: int | None) -> float | None:
    """Milli-points as the plain number of the JSON."""
    return None if milli is None else plain_points(milli)
