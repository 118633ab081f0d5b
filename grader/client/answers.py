"""What a server answers, as far as the commands read it. Fields that are not listed are left alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Token(msgspec.Struct):
    token: str
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return "Token(...)"


class Me(msgspec.Struct):
    name: str
    email: str
    time_zone: str = ""


class Course(msgspec.Struct):
    slug: str
    title: str
    role: str | None = None
    enrolment: int | None = None
    time_zone: str = "UTC"


class Terms(msgspec.Struct):
    """What holds now. `attempts` and `attempts_left` None: any number."""

    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    is_open: bool
    days_late: int
    attempts: int | None
    attempts_left: int | None
    late_rule: str


class Result(msgspec.Struct):
    """Points are plain numbers; None: nothing counts yet."""

    points: float | None
    verdict: str | None
    days_late: int = 0
    is_waiting: bool = False
    is_overridden: bool = False


class Exercise(msgspec.Struct):
    slug: str
    title: str
    unit_title: str
    points: float
    terms: Terms
    result: Result | None = None


class Submission(msgspec.Struct):
    """`report` is there once it is graded, as docs/report.md describes it."""

    id: int
    number: int
    exercise: str
    filename: str
    state: str
    position: int | None = None
    verdict: str | None = None
    report: dict[str, Any] | None = None

    @property
    def is_over(self) -> bool:
        return self.state in ("graded", "not_graded")


class Page(msgspec.Struct):
    items: list[Any]
    next: str | None


class Trouble(msgspec.Struct):
    code: str
    message: str
    field: str = ""
    retry_after: int | None = None


class Failure(msgspec.Struct):
    error: Trouble
