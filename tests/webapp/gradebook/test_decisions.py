"""What an instructor decides: overrides, extensions, dates and late rules, and what becomes of points."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from webapp.courses.assignments import change_assignments, change_course
from webapp.courses.extensions import grant, withdraw
from webapp.db.base import now
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, CourseRow, Extension
from webapp.db.work import AuditEvent, Grading, Override, Result, Submission
from webapp.gradebook.overrides import set_override, withdraw_override
from webapp.gradebook.results import refresh
from webapp.web.problem import Problem

DAY = timedelta(days=1)


def result_of(site: Any, name: str = "ada", slug: str = "double_it") -> Result:
    with site.database.read() as db:
        found = db.get(Result, (site.enrolments[name], site.assignments[slug]))
        assert found is not None
        return found


def count(site: Any, table: Any, *where: Any) -> int:
    with site.database.read() as db:
        return db.scalar(select(func.count()).select_from(table).where(*where)) or 0


def tiny(db: Any, site: Any) -> CourseRow:
    return db.get_one(CourseRow, site.courses["tiny"])


def override(site: Any, points: int, reason: str = "The statement misled.", name: str = "ada") -> None:
    who = site.person("grace")
    with site.database.write() as db:
        asked = db.get_one(Assignment, site.assignments["double_it"])
        set_override(db, who, tiny(db, site), asked, site.enrolments[name], points, reason)


def change(site: Any, slug: str = "double_it", **columns: Any) -> int:
    who = site.person("grace")
    with site.database.write() as db:
        return change_assignments(db, who, tiny(db, site), {site.assignments[slug]: columns})


def rule(site: Any, **policy: Any) -> None:
    who = site.person("grace")
    with site.database.write() as db:
        change_course(db, who, tiny(db, site), {"late_policy": policy})


def extend(site: Any, **options: Any) -> int:
    who = site.person("grace")
    with site.database.write() as db:
        return grant(db, who, tiny(db, site), **{"reason": "Ill.", **options}).id


def sent_late(site: Any, made_up: Any, days: float, name: str = "ada", slug: str = "double_it", **options: Any) -> int:
    """A graded submission so many days after the deadline that the assignment has now."""
    sent = site.graded(name, made_up(3000), slug=slug, **options)
    with site.database.read() as db:
        due = db.get_one(Assignment, site.assignments[slug]).due_at
    site.change(Submission, sent, submitted_at=due + days * DAY)
    with site.database.write() as db:
        refresh(db, tiny(db, site), [site.enrolments[name]])
    return sent


# Overrides


def test_an_override_survives_new_gradings_and_withdrawn_lets_them_count_again(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(1000))
    override(site, 2500)
    assert (result_of(site).points, result_of(site).is_overridden) == (2500, True)
    site.graded("ada", made_up(3000), source=b"x = 1\n")
    assert result_of(site).points == 2500, "a new grading changes nothing"
    with site.database.write() as db:  # what an accepted regrade does
        grading = db.scalars(select(Grading).order_by(Grading.id)).first()
        grading.score = 0
        refresh(db, tiny(db, site), [site.enrolments["ada"]])
    assert (result_of(site).points, result_of(site).score) == (2500, 3000)
    with site.database.write() as db:
        asked = db.get_one(Assignment, site.assignments["double_it"])
        withdraw_override(db, site.person("grace"), tiny(db, site), asked, site.enrolments["ada"], "A mistake of mine.")
    assert (result_of(site).points, result_of(site).is_overridden) == (3000, False)
    with site.database.read() as db:
        events = db.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(event.action, event.before, event.after) for event in events] == [
        ("override.set", None, {"points": 2500}),
        ("override.withdrawn", {"points": 2500}, None),
    ]
    assert events[1].reason == "A mistake of mine." and events[1].enrolment_id == site.enrolments["ada"]


def test_who_sent_nothing_can_get_points_and_lose_them_again(site: Any) -> None:
    override(site, 3000)
    assert result_of(site).points == 3000
    with site.database.write() as db:
        asked = db.get_one(Assignment, site.assignments["double_it"])
        withdraw_override(db, site.person("grace"), tiny(db, site), asked, site.enrolments["ada"], "Wrong student.")
    assert count(site, Result) == 0, "nothing was sent, so there is no result"
    with site.database.read() as db:
        asked = db.get_one(Assignment, site.assignments["double_it"])
    with pytest.raises(Problem) as caught, site.database.write() as db:
        withdraw_override(db, site.person("grace"), tiny(db, site), asked, site.enrolments["ada"], "Again.")
    assert caught.value.status == 404


@pytest.mark.parametrize(
    ("points", "reason", "field"), [(-1, "x", "points"), (3001, "x", "points"), (1, " ", "reason")]
)
def test_an_override_out_of_bounds_stores_nothing(site: Any, points: int, reason: str, field: str) -> None:
    with pytest.raises(Problem) as caught:
        override(site, points, reason)
    assert (caught.value.status, caught.value.field) == (422, field)
    assert count(site, Override) == count(site, AuditEvent) == count(site, Result) == 0


def test_of_two_overrides_at_once_one_holds_and_both_are_on_record(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(0))
    start, wrong = threading.Barrier(2), []

    def give(points: int) -> None:
        try:
            start.wait(10)
            override(site, points)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=give, args=(points,)) for points in (1000, 2000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    assert count(site, Override) == 2 and count(site, Override, Override.withdrawn_at.is_(None)) == 1
    with site.database.read() as db:
        held = db.scalar(select(Override.points).where(Override.withdrawn_at.is_(None)))
        last = db.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert result_of(site).points == held == last.after["points"]
    assert last.before == {"points": 3000 - held}, "the second one saw the first"


# Late rules


@pytest.mark.parametrize(
    ("days", "points"), [(0, 3000), (0.01, 2400), (1, 2400), (1.01, 1800), (2.5, 1500), (300, 1500)]
)
def test_a_day_begun_costs_a_part_up_to_the_ceiling(site: Any, made_up: Any, days: float, points: int) -> None:
    change(site, due_at=now() + DAY)
    rule(site, kind="per_day", percent=20, at_most=50)
    sent_late(site, made_up, days)
    assert result_of(site).points == points


def test_a_fraction_is_rounded_in_the_students_favour(site: Any, made_up: Any) -> None:
    change(site, due_at=now() + DAY)
    rule(site, kind="per_day", percent=33)
    sent = sent_late(site, made_up, 0.5)
    with site.database.write() as db:
        db.scalar(select(Grading).where(Grading.submission_id == sent)).score = 1001
        refresh(db, tiny(db, site), [site.enrolments["ada"]])
    assert result_of(site).points == 671, "670.67"


def test_a_new_date_or_rule_counts_old_work_anew_and_is_on_record(site: Any, made_up: Any) -> None:
    due = now() + DAY
    change(site, due_at=due)
    rule(site, kind="per_day", percent=10)
    sent_late(site, made_up, 1.5)
    assert result_of(site).points == 2400
    change(site, due_at=due + DAY)
    assert (result_of(site).points, result_of(site).days_late) == (2700, 1)
    change(site, late_policy={"kind": "per_day", "percent": 50})
    assert result_of(site).points == 1500
    change(site, late_policy=None)
    assert result_of(site).points == 2700
    change(site, due_at=None)
    assert result_of(site).points == 3000
    with site.database.read() as db:
        events = db.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action for event in events] == ["assignment.changed", "course.changed"] + ["assignment.changed"] * 4
    assert events[2].before == {"due_at": due.isoformat()} and events[2].after == {"due_at": (due + DAY).isoformat()}
    assert change(site, due_at=None) == 0, "the same again is no change"
    assert count(site, AuditEvent) == 6


def test_the_last_or_the_best_counts(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(3000))
    site.graded("ada", made_up(1000), source=b"x = 1\n")
    assert result_of(site).points == 3000
    change(site, counts="last")
    assert result_of(site).points == 1000


def test_grace_days_are_spent_in_the_order_of_the_deadlines(site: Any, made_up: Any) -> None:
    slugs = sorted(site.assignments)[:3]
    assert len(slugs) == 3
    for number, slug in enumerate(reversed(slugs)):  # the last by name is due first
        change(site, slug, due_at=now() + (1 + number) * DAY)
    rule(site, kind="grace_days", grace=3, percent=10)
    for slug in slugs:
        sent_late(site, made_up, 1.5, slug=slug)
    spent = {slug: (result_of(site, slug=slug).grace_days, result_of(site, slug=slug).points) for slug in slugs}
    assert spent == {slugs[2]: (2, 3000), slugs[1]: (1, 2700), slugs[0]: (0, 2400)}
    change(site, slugs[0], due_at=now())  # now this one comes first
    assert result_of(site, slug=slugs[0]).grace_days >= 2
    rule(site, kind="grace_days", grace=0, percent=10)
    assert {result_of(site, slug=slug).grace_days for slug in slugs} == {0}


def test_grace_days_are_the_courses_alone(site: Any) -> None:
    with pytest.raises(Problem) as caught:
        change(site, late_policy={"kind": "grace_days", "grace": 3})
    assert caught.value.field == "late_policy"
    assert count(site, AuditEvent) == 0


def test_a_cut_off_takes_nothing_after_the_deadline_until_an_extension(site: Any) -> None:
    change(site, due_at=now() - timedelta(hours=1), late_policy={"kind": "cut_off"})
    with pytest.raises(Problem) as caught:
        site.submit("ada")
    assert caught.value.code == "closed"
    extend(site, enrolment=site.enrolments["ada"], minutes=120)
    assert not site.submit("ada").is_repeat
    with pytest.raises(Problem):
        site.submit("bob")


# Extensions


def test_an_extension_counts_late_points_anew_and_withdrawn_again(site: Any, made_up: Any) -> None:
    change(site, due_at=now() + DAY)
    rule(site, kind="per_day", percent=10)
    for name in ("ada", "bob"):
        sent_late(site, made_up, 1.5, name)
    given = extend(site, enrolment=site.enrolments["ada"], minutes=24 * 60)
    assert (result_of(site).points, result_of(site, "bob").points) == (2700, 2400)
    extend(site, enrolment=site.enrolments["ada"], minutes=60)
    assert result_of(site).points == 2700, "the longest holds"
    with site.database.write() as db:
        withdraw(db, site.person("grace"), tiny(db, site), given)
    assert result_of(site).points == 2400
    with pytest.raises(Problem) as caught, site.database.write() as db:
        withdraw(db, site.person("grace"), tiny(db, site), given)
    assert caught.value.status == 409
    with site.database.read() as db:
        event = db.scalar(select(AuditEvent).where(AuditEvent.action == "extension.withdrawn"))
    assert event.before == {"more time": "1 day"} and event.enrolment_id == site.enrolments["ada"]


def test_a_group_gets_an_extension_on_all_assignments(site: Any, made_up: Any) -> None:
    for slug in site.assignments:
        change(site, slug, due_at=now() + DAY)
    rule(site, kind="per_day", percent=10)
    for name in ("ada", "bob"):
        sent_late(site, made_up, 0.5, name)
    extend(site, group="monday", minutes=24 * 60)
    assert (result_of(site).points, result_of(site, "bob").points) == (3000, 2700)
    assert count(site, Extension, Extension.group_name == "monday") == 1


def test_extra_attempts_add_up(site: Any, made_up: Any) -> None:
    change(site, max_attempts=1)
    asked = site.assignments["double_it"]
    site.graded("ada", made_up(0))
    with pytest.raises(Problem):
        site.submit("ada", b"x = 1\n")
    with site.database.read() as db:
        assignment = db.get_one(Assignment, asked)
    extend(site, enrolment=site.enrolments["ada"], assignment=assignment, attempts=1)
    extend(site, group="monday", attempts=1)
    site.graded("ada", made_up(0), source=b"x = 1\n")
    site.graded("ada", made_up(0), source=b"x = 2\n")
    with pytest.raises(Problem) as caught:
        site.submit("ada", b"x = 3\n")
    assert caught.value.code == "no_attempts"


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"minutes": 5}, "who"),
        ({"enrolment": 1, "group": "monday", "minutes": 5}, "who"),
        ({"group": "no such group", "minutes": 5}, "who"),
        ({"enrolment": 987654, "minutes": 5}, "who"),
        ({"group": "monday"}, "minutes"),
        ({"group": "monday", "minutes": -5}, "minutes"),
        ({"group": "monday", "minutes": 10**7}, "minutes"),
        ({"group": "monday", "minutes": 5, "reason": ""}, "reason"),
    ],
)
def test_an_extension_that_makes_no_sense_stores_nothing(site: Any, options: dict[str, Any], field: str) -> None:
    with pytest.raises(Problem) as caught:
        extend(site, **options)
    assert (caught.value.status, caught.value.field) == (422, field)
    assert count(site, Extension) == count(site, AuditEvent) == 0


def test_nobody_of_another_course_gets_an_extension_here(site: Any) -> None:
    with pytest.raises(Problem) as caught:
        extend(site, enrolment=site.enrolments["mallory"], minutes=5)
    assert caught.value.code == "nobody"


# Dates in a wrong order, others' assignments


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"opens_at": now(), "due_at": now() - DAY}, "due_at"),
        ({"due_at": now(), "closes_at": now() - DAY}, "closes_at"),
        ({"opens_at": now(), "closes_at": now() - DAY}, "closes_at"),
        ({"weight": -1}, "weight"),
        ({"weight": 10**7}, "weight"),
        ({"max_attempts": 0}, "max_attempts"),
        ({"counts": "worst"}, "counts"),
        ({"late_policy": {"kind": "per_day", "percent": 300}}, "late_policy"),
        ({"late_policy": {"kind": "never"}}, "late_policy"),
    ],
)
def test_a_change_that_makes_no_sense_stores_nothing(site: Any, columns: dict[str, Any], field: str) -> None:
    other = next(slug for slug in site.assignments if slug != "double_it")
    who = site.person("grace")
    changes = {site.assignments[other]: {"weight": 2000}, site.assignments["double_it"]: columns}
    with pytest.raises(Problem) as caught, site.database.write() as db:
        change_assignments(db, who, tiny(db, site), changes)
    assert (caught.value.status, caught.value.field) == (422, field)
    assert count(site, AuditEvent) == 0
    with site.database.read() as db:
        assert db.get_one(Assignment, site.assignments[other]).weight == 1000, "all or nothing"


def test_an_assignment_of_another_course_is_not_changed(site: Any) -> None:
    with site.database.read() as db:
        theirs = db.scalar(select(Assignment.id).where(Assignment.course_id == site.courses["other"]))
    with pytest.raises(Problem) as caught, site.database.write() as db:
        change_assignments(db, site.person("grace"), tiny(db, site), {theirs: {"weight": 0}})
    assert caught.value.status == 404


def test_a_grading_that_ends_while_dates_change_counts_by_the_new_date(site: Any, made_up: Any) -> None:
    """Two transactions at once, many times: whichever is last, the result follows from what is on record."""
    rule(site, kind="per_day", percent=50)
    due = now() + DAY
    wrong: list[Exception] = []

    def grades() -> None:
        try:
            for number in range(6):
                site.graded("ada", made_up(3000), source=b"x = %d\n" % number)
        except Exception as error:
            wrong.append(error)

    def changes() -> None:
        try:
            for number in range(6):
                change(site, due_at=due if number % 2 else now() - DAY)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=grades), threading.Thread(target=changes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not wrong
    kept = result_of(site)
    with site.database.write() as db:
        refresh(db, tiny(db, site), db.scalars(select(Enrolment.id)).all())
    assert (kept.points, kept.days_late) == (result_of(site).points, result_of(site).days_late)
