"""When one student may hand in one assignment: opening, deadline, closing, attempts, with their extensions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, Extension


@dataclass(frozen=True)
class Window:
    """The moments that hold for one student, in UTC; None where there is none. `attempts` None: any number."""

    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    attempts: int | None
    extra_minutes: int = 0

    def is_open(self, moment: datetime) -> bool:
        return not self.is_early(moment) and not self.is_closed(moment)

    def is_early(self, moment: datetime) -> bool:
        return self.opens_at is not None and moment < self.opens_at

    def is_closed(self, moment: datetime) -> bool:
        return self.closes_at is not None and moment > self.closes_at

    def days_late(self, moment: datetime) -> int:
        """Days begun since the deadline; 0 in time."""
        if self.due_at is None or moment <= self.due_at:
            return 0
        return -((self.due_at - moment) // timedelta(days=1))


def extensions_of(db: Session, enrolment: Enrolment) -> Sequence[Extension]:
    """All that hold for this student, on any assignment of the course."""
    theirs = Extension.enrolment_id == enrolment.id
    groups = or_(theirs, Extension.group_name == enrolment.group) if enrolment.group else theirs
    return db.scalars(
        select(Extension).where(Extension.course_id == enrolment.course_id, Extension.withdrawn_at.is_(None), groups)
    ).all()


class Extensions:
    """All that hold in one course, to be asked for many students."""

    def __init__(self, held: Iterable[Extension]) -> None:
        self._of_student: dict[int, list[Extension]] = defaultdict(list)
        self._of_group: dict[str, list[Extension]] = defaultdict(list)
        for one in held:
            if one.enrolment_id is not None:
                self._of_student[one.enrolment_id].append(one)
            elif one.group_name:
                self._of_group[one.group_name].append(one)

    def of(self, enrolment: int, group: str) -> list[Extension]:
        """Those for this student, and for their group."""
        return self._of_student.get(enrolment, []) + (self._of_group.get(group, []) if group else [])


def extensions_in(db: Session, course: int) -> Extensions:
    """Those that hold in this course now."""
    held = select(Extension).where(Extension.course_id == course, Extension.withdrawn_at.is_(None))
    return Extensions(db.scalars(held.execution_options(populate_existing=True)))


def window_of(assignment: Assignment, extensions: Iterable[Extension], *, cut_off: bool = False) -> Window:
    """The longest of the extensions' times holds, and all their attempts together.

    cut_off: the late policy accepts nothing after the deadline, so that closes, too.
    """
    meant = [found for found in extensions if found.assignment_id in (None, assignment.id)]
    minutes = max((found.extra_minutes for found in meant), default=0)
    later = timedelta(minutes=minutes)
    due = assignment.due_at and assignment.due_at + later
    closes = assignment.closes_at and assignment.closes_at + later
    if cut_off and due is not None:
        closes = min(due, closes) if closes else due
    attempts = assignment.max_attempts
    if attempts is not None:
        attempts += sum(found.extra_attempts for found in meant)
    return Window(assignment.opens_at, due, closes, attempts, minutes)


class Due:
    """Which assignments of a course are past their deadline at one moment, for each student, extensions included."""

    def __init__(self, assignments: Iterable[Assignment], extensions: Extensions, moment: datetime) -> None:
        self._assignments = list(assignments)
        self._extensions = extensions
        self._moment = moment
        self._known: dict[tuple[int, ...], frozenset[int]] = {}

    def of(self, enrolment: int, group: str) -> frozenset[int]:
        """Assignment ids. Students with the same extensions share one answer."""
        held = self._extensions.of(enrolment, group)
        key = tuple(one.id for one in held)
        if key not in self._known:
            self._known[key] = frozenset(
                found.id
                for found in self._assignments
                if found.due_at is not None and window_of(found, held).days_late(self._moment)
            )
        return self._known[key]
