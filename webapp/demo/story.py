"""What happened in the demo class: which exercises were due when, and who handed in what, when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from grader.course.model import Course
from webapp.demo.people import Student

ZONE: Final = "Europe/Berlin"
A_UNIT: Final = 2  # exercises of a unit that are asked for; the others are for practice
WEEK: Final = timedelta(days=7)
LATE_POLICY: Final = {"kind": "per_day", "percent": 10, "at_most": 50}

RIGHT, MISTAKE, STUB, CRASH = "right", "mistake", "stub", "crash"


@dataclass(frozen=True)
class Asked:
    """An exercise of the demo course. Without `due_at` it is for practice, and counts nothing."""

    slug: str
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Try:
    """One submission of the story. `number` tells a student's tries on an exercise apart, from 1."""

    student: int
    slug: str
    moment: datetime
    kind: str
    number: int


def asked_of(course: Course, today: datetime) -> list[Asked]:
    """The exercises with their dates: two thirds of the units are over, one is on, the others are still to come."""
    sunday = _sunday_night(today)
    current = max(1, len(course.units) * 2 // 3)  # how many units were due before today
    found = []
    for number, unit in enumerate(course.units):
        due = sunday + (number - current) * WEEK
        for place, exercise in enumerate(unit.exercises):
            if place < A_UNIT:
                found.append(Asked(exercise.slug, due - 2 * WEEK, due, due + WEEK))
            else:
                found.append(Asked(exercise.slug))
    return found


def _sunday_night(today: datetime) -> datetime:
    """The end of this week, 23:59 where the course is."""
    local = today.astimezone(ZoneInfo(ZONE))
    day = local.date() + timedelta(days=6 - local.weekday())
    return datetime.combine(day, time(23, 59), ZoneInfo(ZONE))


def tries_of(students: Sequence[Student], asked: Sequence[Asked], today: datetime, seed: int = 1) -> list[Try]:
    """Everything that was handed in before today, in the order of sending."""
    random = Random(seed)
    due = [one for one in asked if one.due_at is not None]
    practice = [one for one in asked if one.due_at is None]
    last = max((one.due_at for one in due if one.due_at and one.due_at < today), default=today)
    found = []
    for number, student in enumerate(students):
        for one in due:
            if random.random() < student.diligence:
                assert one.due_at is not None
                found += _tries(random, number, student, one.slug, _begins(random, student, one.due_at))
        for one in practice[: len(practice) * 2 // 3]:
            if random.random() < 0.06 * student.diligence:
                found += _tries(random, number, student, one.slug, last - timedelta(days=random.uniform(1, 20)))
    return sorted((one for one in found if one.moment < today), key=lambda one: (one.moment, one.student))


def _begins(random: Random, student: Student, due: datetime) -> datetime:
    """When this student sends the first try: most on the last evenings, the diligent earlier, a few too late."""
    if random.random() > 0.75 + 0.25 * student.diligence:
        return due + timedelta(hours=random.uniform(1, 60))
    days = min(11.0, random.expovariate(1 / (1.5 + 3 * student.diligence)))
    day = (due - timedelta(days=days)).date()
    hour = min(23.5, max(7.0, random.gauss(18.5, 3.5)))
    moment = datetime.combine(day, time(0), due.tzinfo) + timedelta(hours=hour, seconds=random.uniform(0, 900))
    return min(moment, due - timedelta(minutes=random.uniform(5, 240)))


def _tries(random: Random, student: int, who: Student, slug: str, begins: datetime) -> list[Try]:
    """One student's tries on one exercise: until it is right, or until they have had enough."""
    found: list[Try] = []
    moment, patience = begins, 1 + int(random.expovariate(1 / 2.0))
    for number in range(1, min(patience, 5) + 1):
        chance = random.random()
        if chance < who.skill + 0.12 * (number - 1):
            kind = RIGHT
        elif number == 1 and chance > 0.97:
            kind = STUB
        else:
            kind = CRASH if random.random() < 0.12 else MISTAKE
        found.append(Try(student, slug, moment, kind, number))
        if kind == RIGHT:
            break
        moment += timedelta(minutes=random.uniform(2, 90))
    return found
