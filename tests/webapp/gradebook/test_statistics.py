"""What an instructor learns of a class."""

from __future__ import annotations

from typing import Any

from grader.report.model import CheckResult, Verdict
from webapp.db.teaching import CourseRow
from webapp.gradebook import statistics


def failed_with(made_up: Any, mistake: str, hint: str) -> Any:
    check = CheckResult(
        name="test_values",
        title="values",
        verdict=Verdict.WRONG,
        points=3000,
        hint=hint,
        mistake=mistake,
        hidden=True,
    )
    return made_up(0, checks=(check,), mistakes=(mistake,))


def test_mistakes_are_ordered_by_who_is_stuck_on_them_now(site: Any, made_up: Any) -> None:
    triples = failed_with(made_up, "triples", "Three times is too much.")
    site.graded("ada", triples, source=b"a = 1\n")
    site.graded("ada", made_up(3000), source=b"a = 2\n")
    site.graded("bob", triples, source=b"b = 1\n")
    site.graded("bob", failed_with(made_up, "halves", "Half is too little."), source=b"b = 2\n")
    with site.database.read() as db:
        course = db.get_one(CourseRow, site.courses["tiny"])
        students = statistics.students_of(db, course)
        found = statistics.mistakes(db, course, students)
        assert [(one.id, one.now, one.ever, one.words) for one in found] == [
            ("halves", 1, 1, "Half is too little."),
            ("triples", 0, 2, "Three times is too much."),
        ]
        only_monday = statistics.students_of(db, course, "monday")
        assert [one.id for one in statistics.mistakes(db, course, only_monday)] == ["triples"]
        checks = statistics.failed_checks(db, course, students, "double_it")
        assert [(one.id, one.words, one.now, one.ever) for one in checks] == [("test_values", "values", 1, 2)]


def test_figures_count_each_student_once_and_no_staff(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(1000), source=b"a = 1\n")
    site.graded("ada", made_up(3000), source=b"a = 2\n")
    site.graded("bob", made_up(1500), source=b"b = 1\n")
    site.graded("grace", made_up(0), source=b"g = 1\n")
    site.submit("bob", b"b = 2\n")
    with site.database.read() as db:
        course = db.get_one(CourseRow, site.courses["tiny"])
        students = statistics.students_of(db, course)
        assert students == [site.enrolments["ada"], site.enrolments["bob"]]
        found = {one.slug: one for one in statistics.figures(db, course, students)}
    one = found["double_it"]
    assert (one.students, one.tried, one.solved, one.stuck, one.waiting) == (2, 2, 1, 1, 1)
    assert (one.average, one.attempts) == (0.75, 2)
    assert one.spread == (0, 0, 0, 0, 0, 1, 0, 0, 0, 1)
    assert found["counter"].tried == 0 and found["counter"].average is None
    assert site.assignments.keys() == found.keys()


def test_totals_are_spread_by_what_counts_for_each(site: Any, made_up: Any) -> None:
    with site.database.read() as db:
        course = db.get_one(CourseRow, site.courses["tiny"])
        assert sum(statistics.spread_of_totals(db, course)) == 0
    site.graded("ada", made_up(3000), source=b"a = 1\n")
    site.graded("bob", made_up(1500), source=b"b = 1\n")
    with site.database.read() as db:
        assert statistics.spread_of_totals(db, course) == (0, 0, 0, 0, 0, 1, 0, 0, 0, 1)
        assert statistics.spread_of_totals(db, course, "monday") == (0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
