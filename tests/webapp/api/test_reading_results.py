"""What the API tells: exercises with what holds, reports without what stays hidden, lists in pages, the gradebook."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import func, select

from grader.report import from_dict
from grader.report.model import CheckResult, Verdict
from webapp.db.base import now
from webapp.db.teaching import Assignment, CourseRow, Extension
from webapp.db.work import Override


def all_pages(call: Any, name: str, path: str, limit: int) -> list[Any]:
    found, cursor = [], ""
    for _ in range(50):
        page = call(name, "GET", f"{path}{'&' if '?' in path else '?'}limit={limit}{cursor}").json
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        assert len(page["items"]) == limit
        cursor = f"&cursor={page['next']}"
    raise AssertionError("the pages have no end")


def test_everybody_sees_their_own_courses_and_an_admin_all(call: Any) -> None:
    assert [(one["slug"], one["role"]) for one in call("ada", "GET", "/courses").json["items"]] == [("tiny", "student")]
    assert [one["slug"] for one in call("mallory", "GET", "/courses").json["items"]] == ["other"]
    assert [(one["slug"], one["role"]) for one in call("root", "GET", "/courses").json["items"]] == [
        ("tiny", None),
        ("other", None),
    ]
    assert call("ada", "GET", "/courses/tiny").json["time_zone"] == "Europe/Berlin"


def test_an_exercise_says_what_holds_for_the_one_who_asks(site: Any, call: Any) -> None:
    due = now().replace(microsecond=0) + timedelta(days=1)
    site.change(Assignment, site.assignments["double_it"], due_at=due, max_attempts=3)
    site.change(CourseRow, site.courses["tiny"], late_policy={"kind": "per_day", "percent": 20})
    with site.database.write() as db:
        db.add(
            Extension(
                course_id=site.courses["tiny"],
                assignment_id=site.assignments["double_it"],
                enrolment_id=site.enrolments["bob"],
                extra_minutes=60,
                extra_attempts=1,
                reason="ill",
                created_by=site.people["grace"],
            )
        )
    site.graded("ada")
    terms = {name: call(name, "GET", "/courses/tiny/exercises/double_it").json["terms"] for name in ("ada", "bob")}
    assert terms["ada"]["due_at"] == due.isoformat().replace("+00:00", "Z")
    assert terms["bob"]["due_at"] == (due + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert (terms["ada"]["attempts_used"], terms["ada"]["attempts_left"]) == (1, 2)
    assert (terms["bob"]["attempts"], terms["bob"]["attempts_left"]) == (4, 4)
    assert terms["ada"]["late_rule"].startswith("Every day begun after the deadline costs 20 %")


def test_an_exercise_has_its_statement_and_my_result(site: Any, call: Any, made_up: Any) -> None:
    sent = site.graded("ada", made_up(1500))
    one = call("ada", "GET", "/courses/tiny/exercises/double_it").json
    assert one["statement"].startswith("#") and "double" in one["provides"][0]
    assert (one["points"], one["weight"]) == (3, 1)
    assert one["result"] == {
        "points": 1.5,
        "score": 1.5,
        "verdict": "wrong",
        "days_late": 0,
        "grace_days": 0,
        "attempts": 1,
        "is_waiting": False,
        "is_overridden": False,
        "submission": sent,
    }
    assert call("bob", "GET", "/courses/tiny/exercises/double_it").json["result"] is None
    assert call("root", "GET", "/courses/tiny/exercises/double_it").json["result"] is None


def test_pages_together_are_the_whole_list(site: Any, call: Any) -> None:
    for number in range(3):
        site.submit("ada", b"x = %d\n" % number)
        site.submit("bob", b"x = %d\n" % number)
    for limit in (1, 2, 3, 50):
        found = all_pages(call, "grace", "/courses/tiny/submissions", limit)
        assert [(one["student"]["name"], one["number"]) for one in found] == [
            ("Bob", 3),
            ("Ada", 3),
            ("Bob", 2),
            ("Ada", 2),
            ("Bob", 1),
            ("Ada", 1),
        ]
        assert [one["number"] for one in all_pages(call, "ada", "/courses/tiny/submissions", limit)] == [3, 2, 1]
        bobs = f"/courses/tiny/submissions?student={site.enrolments['bob']}&exercise=double_it"
        assert len(all_pages(call, "lin", bobs, limit)) == 3
        assert all_pages(call, "lin", "/courses/tiny/submissions?exercise=counter", limit) == []
        slugs = [one["slug"] for one in all_pages(call, "ada", "/courses/tiny/exercises", limit)]
        assert slugs == ["double_it", "counter", "with_kit"]
        assert [one["name"] for one in all_pages(call, "lin", "/courses/tiny/students", limit)] == ["Ada", "Bob"]
        assert len(all_pages(call, "root", "/courses", limit)) == 2


def hidden_report(made_up: Any) -> Any:
    """One check that shows all, one that shows details after the due date, and one that stays hidden and timed out."""
    checks = (
        CheckResult(name="test_a", title="a", verdict=Verdict.PASSED, points=1000, earned=1000, hidden=True),
        CheckResult(
            name="test_b",
            title="b",
            verdict=Verdict.WRONG,
            points=1000,
            rationale="b is off",
            visible="after_due",
            hidden=True,
        ),
        CheckResult(
            name="test_c",
            title="c",
            verdict=Verdict.TIMED_OUT,
            points=1000,
            rationale="secret c",
            visible="never",
            hidden=True,
        ),
    )
    return made_up(1000, checks=checks, verdict=Verdict.TIMED_OUT, mistakes=(), seed=7)


def test_a_student_reads_no_more_of_a_report_than_they_may(site: Any, call: Any, made_up: Any) -> None:
    sent = site.graded("ada", hidden_report(made_up))
    path = f"/courses/tiny/submissions/{sent}"
    adas, graces = call("ada", "GET", path), call("grace", "GET", path)
    assert b"secret" not in adas.content and b"b is off" not in adas.content and b"test_c" not in adas.content
    assert b"secret c" in graces.content and b"b is off" in graces.content
    assert (adas.json["report"]["seed"], graces.json["report"]["seed"]) == (0, 7)
    assert (adas.json["verdict"], graces.json["verdict"]) == ("wrong", "timed_out"), "nor by the verdict"
    assert from_dict(graces.json["report"]) == hidden_report(made_up)
    assert from_dict(adas.json["report"]).score == 1000
    site.change(Assignment, site.assignments["double_it"], due_at=now() - timedelta(days=1))
    after = call("ada", "GET", path)
    assert b"b is off" in after.content and b"secret" not in after.content


def test_no_list_tells_what_a_report_may_not(site: Any, call: Any, made_up: Any) -> None:
    site.graded("ada", hidden_report(made_up))
    paths = ("/courses/tiny/submissions", "/courses/tiny/exercises", "/courses/tiny/exercises/double_it")
    for path in paths:
        assert b"timed_out" not in call("ada", "GET", path).content, path
    assert b"timed_out" in call("lin", "GET", "/courses/tiny/submissions").content


def test_what_we_could_not_grade_says_so_and_has_no_score(site: Any, call: Any, made_up: Any) -> None:
    broken = msgspec.structs.replace(made_up(0), verdict=Verdict.BROKEN_EXERCISE)
    sent = site.graded("ada", broken)
    one = call("ada", "GET", f"/courses/tiny/submissions/{sent}").json
    assert (one["state"], one["verdict"], one["score"], one["max_score"]) == ("graded", "broken_exercise", None, 3)


def test_the_gradebook_has_a_line_for_every_student(site: Any, call: Any, made_up: Any) -> None:
    site.graded("ada", made_up(3000))
    site.submit("bob")
    rows = call("lin", "GET", "/courses/tiny/gradebook").json["items"]
    assert [row["student"] for row in rows] == [
        {"id": site.enrolments["ada"], "name": "Ada", "email": "ada@example.org", "group": "monday"},
        {"id": site.enrolments["bob"], "name": "Bob", "email": "bob@example.org", "group": "tuesday"},
    ]
    adas, bobs = (row["results"]["double_it"] for row in rows)
    assert (adas["points"], adas["is_waiting"], bobs["points"], bobs["is_waiting"]) == (3, False, None, True)
    assert [(row["points"], row["share"]) for row in rows] == [(3, 1), (0, None)]
    assert [row["student"]["name"] for row in all_pages(call, "grace", "/courses/tiny/gradebook", 1)] == ["Ada", "Bob"]


OVERRIDE = "/courses/tiny/students/{}/exercises/double_it/override"


def test_grace_gives_points_by_hand_and_takes_them_back(site: Any, call: Any, made_up: Any) -> None:
    site.graded("ada", made_up(1000))
    path = OVERRIDE.format(site.enrolments["ada"])
    assert call("grace", "PUT", path, json={"points": 2.125, "reason": "by hand"}).status == 204
    result = call("ada", "GET", "/courses/tiny/exercises/double_it").json["result"]
    assert (result["points"], result["score"], result["is_overridden"]) == (2.125, 1, True)
    assert call("grace", "DELETE", f"{path}?reason=a%20slip").status == 204
    assert call("ada", "GET", "/courses/tiny/exercises/double_it").json["result"]["points"] == 1
    assert call("grace", "DELETE", f"{path}?reason=again").refusal == (404, "no_override")


NOT_MEANT: list[tuple[dict[str, Any], str]] = [
    ({"points": 4, "reason": "too many"}, "points"),
    ({"points": -1, "reason": "too few"}, "points"),
    ({"points": 1.0001, "reason": "too fine"}, "points"),
    ({"points": "2", "reason": "a text"}, "points"),
    ({"points": 2, "reason": ""}, "reason"),
    ({"points": 2, "reason": "  "}, "reason"),
    ({"points": 2}, "reason"),
]


def test_points_that_cannot_be_meant_are_refused(site: Any, call: Any) -> None:
    for body, field in NOT_MEANT:
        answer = call("grace", "PUT", OVERRIDE.format(site.enrolments["ada"]), json=body)
        assert (answer.status, answer.field) == (422, field), body
    with site.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Override)) == 0


def test_nobody_but_instructors_gives_points(site: Any, call: Any) -> None:
    path, body = OVERRIDE.format(site.enrolments["ada"]), {"points": 3, "reason": "please"}
    for name, status in (("ada", 403), ("bob", 404), ("lin", 403), ("mallory", 404), (None, 401), ("root", 204)):
        assert call(name, "PUT", path, json=body).status == status, name
