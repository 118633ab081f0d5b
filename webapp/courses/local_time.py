"""A date and time as an instructor writes it in the course's zone, and back. Clocks put forward or back are said."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.db.teaching import CourseRow
from webapp.web.problem import Problem

_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.0+)?)?", re.ASCII)
_YEARS = range(2000, 2200)


def zone_of(course: CourseRow) -> ZoneInfo:
    """The course's zone; UTC where the stored name is no longer known."""
    return zone_named(course.time_zone) or ZoneInfo("UTC")


def zone_named(name: str) -> ZoneInfo | None:
    """None when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def written(moment: datetime | None, zone: ZoneInfo) -> str:
    """As a datetime-local field holds it: to the minute; "" for none."""
    return "" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def read(text: str, zone: ZoneInfo, *, kept: datetime | None = None) -> tuple[datetime | None, str]:
    """The moment in UTC, and a sentence for the reader where the clock shows that time twice; "" is none.

    kept: what is stored now; a field that still shows it means exactly that, with its seconds. Of a time that comes
    twice, when clocks are put back, the later is meant: it is in the student's favour for a deadline. Raises Problem
    for what is no time, and for one that a clock put forward leaves out.
    """
    text = text.strip()
    if not text:
        return None, ""
    if kept is not None and text == written(kept, zone):
        return kept, ""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise Problem(422, "bad_time", f"“{text[:40]}” is no date and time: write it as 2026-12-04T23:59.")
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        local = datetime(year, month, day, hour, minute, second)
    except ValueError:
        raise Problem(422, "bad_time", f"There is no {text}: choose a date that exists.") from None
    if year not in _YEARS:
        raise Problem(422, "bad_time", f"The year {year} can't be meant: choose one from 2000 to 2199.")
    first, second_time = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if not _exists(local, zone):
        later = _next_that_exists(local, zone)
        raise Problem(
            422,
            "no_such_time",
            f"{local:%Y-%m-%d %H:%M} doesn't exist in {zone.key}: clocks are put forward then. "
            f"Choose a time before, or {later:%H:%M} or later.",
        )
    if first != second_time:
        said = (
            f"{local:%Y-%m-%d %H:%M} comes twice in {zone.key}, because clocks are put back: "
            f"the later one was taken ({second_time.astimezone(zone):%Z})."
        )
        return second_time, said
    return first, ""


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    """False for what a clock put forward leaves out: no moment is shown as it."""
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local


def _next_that_exists(local: datetime, zone: ZoneInfo) -> datetime:
    while not _exists(local, zone):
        local += timedelta(minutes=1)
    return local


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes, a part of one as a whole one."""
    return -((start - end) // timedelta(minutes=1))
