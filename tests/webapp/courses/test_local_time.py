"""Dates as an instructor writes them, also where clocks are put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.courses.local_time import minutes_between, read, span, written
from webapp.web.problem import Problem

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "America/St_Johns")


def test_a_time_is_meant_in_the_courses_zone() -> None:
    assert read("2026-12-04T23:59", BERLIN) == (datetime(2026, 12, 4, 22, 59, tzinfo=UTC), "")
    assert read("2026-07-04 23:59:30", BERLIN)[0] == datetime(2026, 7, 4, 21, 59, 30, tzinfo=UTC)
    assert read(" ", BERLIN) == (None, "")


def test_a_time_that_clocks_leave_out_is_refused_with_the_next_one() -> None:
    with pytest.raises(Problem) as caught:
        read("2026-03-29T02:30", BERLIN)
    assert caught.value.status == 422
    assert "doesn't exist in Europe/Berlin" in caught.value.sentence and "03:00 or later" in caught.value.sentence


def test_of_a_time_that_comes_twice_the_later_is_taken_and_said() -> None:
    moment, said = read("2026-10-25T02:30", BERLIN)
    assert moment == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert "comes twice" in said and "CET" in said


def test_a_field_that_was_not_touched_keeps_the_moment_to_the_second() -> None:
    first = datetime(2026, 10, 25, 0, 30, 59, tzinfo=UTC)  # the first 02:30, and some seconds
    assert read(written(first, BERLIN), BERLIN, kept=first) == (first, "")


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-02-30T10:00", "2026-13-01T10:00", "2026-01-01T25:00", "0001-01-01T00:00",
             "9999-01-01T00:00", "2026-01-01", "２０２６-01-01T10:00", "2026-01-01T10:00Z",
             "\x002026-01-01T10:00", "1" * 5000]
)  # fmt: skip
def test_what_is_no_time_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(Problem) as caught:
        read(text, BERLIN)
    assert caught.value.status == 422 and len(caught.value.sentence) < 200


@given(st.datetimes(datetime(2001, 1, 1), datetime(2199, 1, 1)), st.sampled_from(ZONES))
def test_what_a_field_shows_reads_as_the_same_minute(moment: datetime, name: str) -> None:
    zone, moment = ZoneInfo(name), moment.replace(tzinfo=UTC, second=0, microsecond=0)
    found, said = read(written(moment, zone), zone)
    assert found is not None and written(found, zone) == written(moment, zone)
    assert found == moment or said, "another moment only where that time comes twice, and then it is said"


def test_minutes_are_rounded_up_and_written_out() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert minutes_between(start, start + timedelta(seconds=61)) == 2
    said = {0: "0 minutes", 1: "1 minute", 60: "1 hour", 1501: "1 day 1 hour 1 minute", 2880: "2 days"}
    assert {minutes: span(minutes) for minutes in said} == said
