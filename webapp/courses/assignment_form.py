"""Assignments and a course's rules as forms show and send them."""

from __future__ import annotations

from typing import Any, Final

from webapp.courses.assignments import COUNTS, MOST_ATTEMPTS, MOST_WEIGHT
from webapp.courses.local_time import written, zone_of
from webapp.db.teaching import Assignment, CourseRow
from webapp.gradebook.lateness import policy_for
from webapp.web.fields import Fields
from webapp.web.templating import points

# What can be set for many at once: (column, words).
BULK: Final = (
    ("due_at", "Due"),
    ("opens_at", "Opens"),
    ("closes_at", "Closes"),
    ("max_attempts", "Attempts"),
    ("weight", "Weight"),
    ("late_policy", "Late rule"),
    ("counts", "What counts"),
    ("is_published", "Published"),
)
MOMENTS: Final = ("opens_at", "due_at", "closes_at")
OWN: Final = ("course", "none", "per_day", "cut_off")  # grace days are the course's alone


def values_of(assignment: Assignment, course: CourseRow) -> dict[str, Any]:
    """What the form's fields show."""
    zone = zone_of(course)
    policy = policy_for(course.late_policy, assignment.late_policy)
    return {
        **{name: written(getattr(assignment, name), zone) for name in MOMENTS},
        "max_attempts": assignment.max_attempts or "",
        "weight": points(assignment.weight),
        "late": "course" if assignment.late_policy is None else policy.kind,
        "percent": policy.percent,
        "at_most": policy.at_most,
        "counts": assignment.counts,
        "is_published": "1" if assignment.is_published else "",
    }


def one_change(form: Fields, course: CourseRow, assignment: Assignment, what: str = "") -> dict[str, Any]:
    """column -> value, of all fields or of `what` alone. Mistakes go to the form."""
    zone = zone_of(course)
    ways: dict[str, Any] = {
        **{name: lambda name=name: form.moment(name, zone, kept=getattr(assignment, name)) for name in MOMENTS},
        "max_attempts": lambda: form.whole("max_attempts", "Attempts", 1, MOST_ATTEMPTS, default=0) or None,
        "weight": lambda: form.milli("weight", "The weight", MOST_WEIGHT),
        "late_policy": lambda: _late(form, OWN),
        "counts": lambda: form.choice("counts", COUNTS),
        "is_published": lambda: form.flag("is_published"),
    }
    return {name: read() for name, read in ways.items() if what in ("", name)}


def course_changes(form: Fields) -> dict[str, Any]:
    return {
        "title": form.text("title", "The title", most=200),
        "time_zone": form.text("time_zone", "The time zone", most=64),
        "drop_lowest": form.whole("drop_lowest", "Drop lowest", 0, 1000, default=0),
        "late_policy": _late(form, ("none", "per_day", "grace_days", "cut_off")),
    }


def _late(form: Fields, kinds: tuple[str, ...]) -> dict[str, Any] | None:
    """A policy as it is stored; None: the course's. Numbers that its kind doesn't use are left out."""
    kind = form.choice("late", kinds)
    if kind == "course" or "late" in form.errors:
        return None
    policy: dict[str, Any] = {"kind": kind}
    if kind in ("per_day", "grace_days"):
        policy["percent"] = form.whole("percent", "The cost of a day", 0, 100)
        policy["at_most"] = form.whole("at_most", "The ceiling", 0, 100, default=100)
    if kind == "grace_days":
        policy["grace"] = form.whole("grace", "Grace days", 0, 365)
    return policy
