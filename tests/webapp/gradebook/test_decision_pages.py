"""The forms in which an instructor decides: what they store, what they refuse, who may send them; the audit page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from webapp.db.base import now
from webapp.db.teaching import Assignment, CourseRow, Extension
from webapp.db.work import AuditEvent, Override, Result

COURSE = {"title": "Tiny", "time_zone": "Europe/Berlin", "drop_lowest": "0", "late": "none"}
ONE = {
    "opens_at": "", "due_at": "", "closes_at": "", "max_attempts": "", "weight": "1", "counts": "best",
    "late": "course", "is_published": "1",
}  # fmt: skip


def forms(site: Any) -> dict[str, dict[str, str]]:
    """Every address that changes something here, with a form that it would take."""
    student = f"/c/tiny/students/{site.enrolments['ada']}/e/double_it"
    ada = f"student:{site.enrolments['ada']}"
    return {
        f"{student}/override": {"points": "2.5", "reason": "The statement misled."},
        f"{student}/override/withdraw": {"reason": "A mistake."},
        f"{student}/extension": {"more": "2", "why": "Ill."},
        "/c/tiny/assignments": {"unit": "*", "set": "weight", "weight": "2"},
        "/c/tiny/assignments/double_it": ONE | {"weight": "2"},
        "/c/tiny/settings": COURSE | {"drop_lowest": "1"},
        "/c/tiny/extensions": {"who": ada, "assignment": "", "more": "90", "unit": "minutes", "reason": "Ill."},
    }


def stored(site: Any) -> tuple[Any, ...]:
    with site.database.read() as db:
        counts = [db.scalar(select(func.count()).select_from(table)) for table in (Override, Extension, AuditEvent)]
        weights = db.scalars(select(Assignment.weight).order_by(Assignment.id)).all()
        course = db.get_one(CourseRow, site.courses["tiny"])
        return (*counts, tuple(weights), course.drop_lowest, course.title, str(course.late_policy))


def test_assistants_look_and_only_instructors_change(site: Any) -> None:
    site.change(Assignment, site.assignments["double_it"], due_at=now())
    before = stored(site)
    for address, form in forms(site).items():
        answers = {name: site.client(name).post(address, data=form).status_code for name in ("lin", "ada", "bob")}
        assert set(answers.values()) <= {403, 404} and answers["lin"] == 403, (address, answers)
        assert site.client("mallory").post(address, data=form).status_code == 404
    assert stored(site) == before
    for address, form in forms(site).items():
        answer = site.client("grace").post(address, data=form)
        assert answer.status_code == 303, (address, answer.text)
    assert stored(site) != before


def post(site: Any, address: str, **form: str) -> Any:
    return site.client("grace").post(address, data=form)


def test_points_are_set_and_withdrawn_by_form(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(1000))
    address = f"/c/tiny/students/{site.enrolments['ada']}/e/double_it"
    assert post(site, f"{address}/override", points="2,5", reason="Half of it <b>is</b> ours.").status_code == 303
    with site.database.read() as db:
        assert db.scalar(select(Result.points)) == 2500
    page = site.client("ada").get("/c/tiny/grades").text
    assert "2.5" in page and "Half of it &lt;b&gt;is&lt;/b&gt; ours." in page
    assert post(site, f"{address}/override/withdraw", reason="").status_code == 422
    assert post(site, f"{address}/override/withdraw", reason="Again.").status_code == 303
    assert post(site, f"{address}/override/withdraw", reason="Again.").status_code == 404
    with site.database.read() as db:
        assert db.scalar(select(Result.points)) == 1000


@pytest.mark.parametrize("points", ["", "-1", "3.001", "3.0001", "1e3", "nan", "٣", "1.2.3", "0x1", "\0001", "9" * 400])
def test_points_that_are_none_are_refused_with_the_form_as_it_was(site: Any, points: str) -> None:
    before = stored(site)
    address = f"/c/tiny/students/{site.enrolments['ada']}/e/double_it/override"
    answer = post(site, address, points=points, reason="Kept words.")
    assert answer.status_code == 422
    assert "from 0 to 3" in answer.text and "Kept words." in answer.text
    assert stored(site) == before


def test_a_reason_is_needed_and_bounded(site: Any) -> None:
    address = f"/c/tiny/students/{site.enrolments['ada']}/e/double_it/override"
    for reason in ("", "   ", "x" * 1001):
        assert post(site, address, points="1", reason=reason).status_code == 422
    assert stored(site)[0] == 0
    assert post(site, address, points="1", reason="with a \0 in it").status_code == 303


def test_an_assignment_is_changed_in_the_courses_zone(site: Any) -> None:
    form = ONE | {"opens_at": "2026-11-30T08:00", "due_at": "2026-12-04T23:59", "closes_at": "2026-12-11T23:59"}
    form |= {"max_attempts": "5", "weight": "2.125", "counts": "last"}
    form |= {"late": "per_day", "percent": "20", "at_most": "60"}
    assert post(site, "/c/tiny/assignments/double_it", **form).status_code == 303
    with site.database.read() as db:
        row = db.get_one(Assignment, site.assignments["double_it"])
        event = db.scalar(select(AuditEvent))
    assert row.due_at == datetime(2026, 12, 4, 22, 59, tzinfo=UTC)
    assert (row.max_attempts, row.weight, row.counts, row.is_published) == (5, 2125, "last", True)
    assert row.late_policy == {"kind": "per_day", "percent": 20, "at_most": 60}
    assert event.action == "assignment.changed" and event.after["weight"] == 2125
    page = site.client("grace").get("/c/tiny/assignments/double_it").text
    assert 'value="2026-12-04T23:59"' in page and 'value="2.125"' in page
    listed = site.client("lin").get("/c/tiny/assignments").text
    assert "Fri 4 Dec 2026, 23:59 CET" in listed and "20 % a day, at most 60 %" in listed
    trail = site.client("lin").get("/c/tiny/audit").text
    assert "Fri 4 Dec 2026, 23:59 CET" in trail and "2.125" in trail and "20 % of the points" in trail


def test_all_mistakes_of_a_form_are_said_at_once_and_nothing_is_stored(site: Any) -> None:
    before = stored(site)
    form = ONE | {"due_at": "2026-03-29T02:30", "weight": "-1", "max_attempts": "0"}
    form |= {"late": "grace_days", "counts": "worst"}
    answer = post(site, "/c/tiny/assignments/double_it", **form)
    assert answer.status_code == 422
    for words in ("exist in Europe/Berlin", "The weight has to be", "Attempts has to be", "Choose one of"):
        assert words in answer.text
    assert stored(site) == before


def test_a_time_that_comes_twice_is_stored_and_said(site: Any) -> None:
    client = site.client("grace")
    form = ONE | {"due_at": "2026-10-25T02:30"}
    answer = client.post("/c/tiny/assignments/double_it", data=form, follow_redirects=True)
    assert answer.status_code == 200 and "comes twice" in answer.text


def test_one_thing_is_set_for_a_unit_or_for_those_ticked(site: Any) -> None:
    unit = "u01_tiny"
    answer = post(site, "/c/tiny/assignments", unit=unit, set="due_at", due_at="2026-12-04T23:59")
    assert answer.status_code == 303
    with site.database.read() as db:
        rows = db.scalars(select(Assignment).where(Assignment.course_id == site.courses["tiny"])).unique().all()
    due = {row.exercise.unit for row in rows if row.due_at is not None}
    assert due == {unit} and all(row.due_at is not None for row in rows if row.exercise.unit == unit)
    picked = str(site.assignments["double_it"])
    assert post(site, "/c/tiny/assignments", pick=picked, set="is_published", is_published="0").status_code == 303
    with site.database.read() as db:
        hidden = db.scalars(select(Assignment.id).where(~Assignment.is_published)).all()
    assert hidden == [site.assignments["double_it"]]
    for form in ({"set": "weight", "weight": "1"}, {"unit": "*", "set": "nothing"}, {"unit": "*", "set": "weight"}):
        assert post(site, "/c/tiny/assignments", **form).status_code == 422


def test_the_courses_rules_are_changed_and_bounded(site: Any) -> None:
    form = COURSE | {"title": "Small", "drop_lowest": "2"}
    form |= {"late": "grace_days", "percent": "10", "at_most": "", "grace": "5"}
    assert post(site, "/c/tiny/settings", **form).status_code == 303
    with site.database.read() as db:
        course = db.get_one(CourseRow, site.courses["tiny"])
    assert (course.title, course.drop_lowest) == ("Small", 2)
    assert course.late_policy == {"kind": "grace_days", "percent": 10, "at_most": 100, "grace": 5}
    before = stored(site)
    for wrong in ({"time_zone": "Atlantis/Main"}, {"time_zone": "../../etc/passwd"}, {"title": ""},
                  {"drop_lowest": "-1"}, {"late": "never"}, {"percent": "101"}, {"grace": "x"}):  # fmt: skip
        assert post(site, "/c/tiny/settings", **(form | wrong)).status_code == 422, wrong
    assert stored(site) == before


def test_an_extension_by_a_new_deadline_is_kept_as_minutes(site: Any) -> None:
    due = datetime(2026, 12, 4, 22, 59, tzinfo=UTC)
    site.change(Assignment, site.assignments["double_it"], due_at=due)
    form = {"who": "group:monday", "assignment": str(site.assignments["double_it"]), "reason": "A strike."}
    assert post(site, "/c/tiny/extensions", **form, until="2026-12-06T23:59", attempts="").status_code == 303
    with site.database.read() as db:
        given = db.scalar(select(Extension))
    assert (given.extra_minutes, given.group_name) == (2 * 24 * 60, "monday")
    before = stored(site)
    for wrong in (
        {"until": "2026-12-01T23:59"}, {"until": "2026-12-06T23:59", "assignment": ""}, {"until": "x"}, {"more": "-1"},
        {"until": "2026-12-06T23:59", "more": "1"}, {"more": "1", "unit": "years"}, {"more": "99999"}, {},
        {"more": "1", "who": ""}, {"more": "1", "who": "student:x"}, {"more": "1", "who": "student:99999999999999"},
        {"more": "1", "assignment": "987654"}, {"more": "1", "reason": ""}, {"attempts": "1"},
    ):  # fmt: skip
        assert post(site, "/c/tiny/extensions", **(form | wrong)).status_code == 422, wrong
    assert stored(site) == before
    page = site.client("lin").get("/c/tiny/extensions").text
    assert "2 days" in page and "A strike." in page and "Withdraw</button>" not in page
    assert post(site, f"/c/tiny/extensions/{given.id}/withdraw").status_code == 303
    assert post(site, f"/c/tiny/extensions/{given.id}/withdraw").status_code == 409
    assert post(site, "/c/tiny/extensions/987654/withdraw").status_code == 404
    assert post(site, f"/c/other/extensions/{given.id}/withdraw").status_code == 404


def test_the_trail_is_filtered_and_paged(site: Any) -> None:
    for number in range(60):
        post(site, "/c/tiny/assignments/double_it", **(ONE | {"weight": str(number + 2)}))
    address = f"/c/tiny/students/{site.enrolments['ada']}/e/double_it/override"
    post(site, address, points="1", reason="A reason to find.")
    client = site.client("lin")
    first, second = client.get("/c/tiny/audit").text, client.get("/c/tiny/audit?page=2").text
    assert first.count("assignment changed") == 49 and second.count("assignment changed") == 11
    assert "61 acts" in first and "A reason to find." in first and "A reason to find." not in second
    for query, found in (
        ("student=ada", 1), ("student=bob", 0), ("student=_da", 0), ("action=override.set", 1), ("actor=GRACE", 61),
        ("actor=lin", 0), ("exercise=double_it", 61), ("exercise=nothing", 0),
    ):  # fmt: skip
        page = client.get(f"/c/tiny/audit?{query}").text
        assert (f"{found} act" in page) if found else ("Nothing was found" in page), query


def test_the_total_is_explained_in_words(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(1500))
    late = [slug for slug in site.assignments if slug != "double_it"]
    for slug in late:
        site.change(Assignment, site.assignments[slug], due_at=now() - timedelta(days=1))
    site.change(CourseRow, site.courses["tiny"], drop_lowest=len(late) - 1)
    page = site.client("ada").get("/c/tiny/grades").text
    assert "2 exercises count." in page and "25.0 %" in page
    assert f"{len(late)} exercise" in page and "Dropped as the lowest" in page
