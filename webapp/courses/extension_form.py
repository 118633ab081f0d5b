"""How much more somebody gets, as a form says it: a new deadline, or so many minutes, hours or days; more attempts."""

from __future__ import annotations

from typing import Final

from webapp.courses.extensions import MOST_ATTEMPTS, MOST_MINUTES
from webapp.courses.local_time import minutes_between, zone_of
from webapp.db.teaching import Assignment, CourseRow
from webapp.web.fields import Fields

UNITS: Final = {"days": 24 * 60, "hours": 60, "minutes": 1}


def read_amount(form: Fields, course: CourseRow, assignment: Assignment | None) -> tuple[int, int]:
    """(minutes, attempts) of the fields `until`, or `more` and `unit`, and `attempts`. Mistakes go to the form.

    An extension is kept as minutes after the deadline: when the deadline moves, it moves along.
    """
    minutes = 0
    until = form.moment("until", zone_of(course))
    if until is not None and form.raw("more"):
        form.errors["until"] = "A new deadline, or so much more time: fill in one of them."
    elif until is not None:
        due = assignment.due_at if assignment else None
        if due is None:
            form.errors["until"] = "A new deadline needs one assignment that has a deadline: say how much more instead."
        elif until <= due:
            form.errors["until"] = "The new deadline is not after the old one: choose a later time."
        elif (minutes := minutes_between(due, until)) > MOST_MINUTES:
            form.errors["until"] = "That is more than a year later: choose an earlier time."
    elif form.raw("more"):
        unit = UNITS.get(form.choice("unit", tuple(UNITS), default="days"), 1)
        minutes = unit * form.whole("more", "The time", 0, MOST_MINUTES // unit)
    attempts = form.whole("attempts", "Attempts", 0, MOST_ATTEMPTS, default=0)
    return minutes, attempts
