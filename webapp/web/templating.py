"""What templates can use: who looks at the page, the navigation, and how points and moments are written."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, request, url_for
from markupsafe import Markup

from grader.report.model import plain_points
from webapp.db.base import now
from webapp.policy import Act
from webapp.web.gate import Here

# (label, endpoint, act): in the order of the header.
NAVIGATION = (
    ("Exercises", "submissions.exercises", Act.SEE_COURSE),
    ("My grades", "gradebook.mine", Act.SUBMIT),
    ("Gradebook", "gradebook.table", Act.SEE_ALL),
    ("Insights", "insights.course", Act.SEE_ALL),
    ("Assignments", "teaching.assignments", Act.SEE_ALL),
    ("Extensions", "teaching.extensions", Act.SEE_ALL),
    ("Regrades", "regrades.all", Act.SEE_ALL),
    ("Roster", "roster.people", Act.SEE_ALL),
    ("Audit", "gradebook.audit", Act.SEE_ALL),
)


def prepare(app: Flask) -> None:
    app.context_processor(_always)
    app.add_template_filter(points, "points")
    app.add_template_filter(when, "when")
    app.add_template_filter(ago, "ago")
    app.add_template_filter(breakable, "breakable")


def points(milli: int | None) -> str:
    """1250 -> "1.25"; None -> "–"."""
    return "–" if milli is None else str(plain_points(milli))


def breakable(name: str) -> Markup:
    """A long name in lower_case, which may go on in the next line after each underscore."""
    return Markup("_<wbr>").join(name.split("_"))


def zone() -> ZoneInfo:
    """The zone of whoever looks: their own, or the course's."""
    here = _here()
    name = ""
    if here is not None:
        user = here.person.user
        name = (user.time_zone if user else "") or (here.course.time_zone if here.course is not None else "")
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def when(moment: datetime | None, where: ZoneInfo | None = None) -> str:
    """ "Fri 4 Dec 2026, 23:59 CET": with the zone, so that nobody has to guess."""
    if moment is None:
        return "–"
    local = moment.astimezone(where or zone())
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M %Z}"


def ago(moment: datetime | None) -> str:
    """ "3 minutes ago", "in 2 days"."""
    if moment is None:
        return "never"
    seconds = (now() - moment).total_seconds()
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = int(abs(seconds) // size)
        if count:
            said = f"{count} {name}{'s' if count > 1 else ''}"
            return f"{said} ago" if seconds > 0 else f"in {said}"
    return "just now"


def _here() -> Here | None:
    found: Here | None = g.get("here")
    return found


def _always() -> dict[str, Any]:
    here = _here()
    known = {
        "here": here,
        "me": here.person.user if here else None,
        "course": here.course if here and here.person.user else None,
        "may": here.may if here else lambda act: False,
        "Act": Act,
        "nav": navigation,
        "theme": request.cookies.get("theme", ""),
    }
    if here and here.course is not None and here.person.user:
        known["role"] = here.person.role_in(here.course.id)
    return known


def navigation() -> list[tuple[str, str, bool]]:
    """(label, address, whether it is this page) of what whoever looks may open in this course."""
    here = _here()
    if here is None or here.course is None or here.person.user is None:
        return []
    course = here.course
    teaches = here.person.may(Act.SEE_ALL, course=course.id)
    return [
        (label, url_for(endpoint, course=course.slug), request.endpoint == endpoint)
        for label, endpoint, act in NAVIGATION
        if here.person.may(act, course=course.id) and not (teaches and act is Act.SUBMIT)
    ]
