"""Addresses that name nothing, or something that is not for the one who asks: the same sentence, whichever it is."""

from __future__ import annotations

from typing import Any

from webapp.db.teaching import Assignment

NOT_THERE = [
    "/nothing",
    "/courses/nothing",
    "/courses/%00",
    "/courses/tiny%00",
    "/courses/tiny/exercises/nothing",
    "/courses/tiny/exercises/%00",
    "/courses/tiny/submissions/1",
    "/courses/tiny/submissions/0",
    "/courses/tiny/submissions/99999999999999999999",
    "/courses/tiny/submissions/-1",
    "/courses/tiny/submissions/one",
    "/courses/tiny/submissions/1/source",
    f"/courses/{'x' * 3000}",
    "/courses/%F0%9F%A6%89",
    "/courses/%FF",
]


def test_what_is_not_there_is_not_there(call: Any) -> None:
    for path in NOT_THERE:
        assert call("ada", "GET", path).refusal == (404, "not_found"), path
        assert call("root", "GET", path).refusal == (404, "not_found"), path


def test_mallory_does_not_learn_that_the_course_exists(call: Any) -> None:
    for path in ("", "/exercises", "/exercises/double_it", "/submissions", "/students", "/gradebook"):
        there = call("mallory", "GET", f"/courses/tiny{path}")
        assert there.refusal == (404, "not_found"), path
        assert there.json == call("mallory", "GET", f"/courses/nothing{path}").json


def test_ada_sees_neither_bobs_work_nor_the_others_results(site: Any, call: Any) -> None:
    bobs = site.graded("bob")
    assert call("ada", "GET", f"/courses/tiny/submissions/{bobs}").refusal == (404, "not_found")
    assert call("ada", "GET", f"/courses/tiny/submissions/{bobs}/source").refusal == (404, "not_found")
    assert call("ada", "GET", "/courses/tiny/submissions").json == {"items": [], "next": None}
    student = site.enrolments["bob"]
    assert call("ada", "GET", f"/courses/tiny/submissions?student={student}").refusal == (404, "not_found")
    assert call("ada", "GET", "/courses/tiny/students").refusal == (403, "forbidden")
    assert call("ada", "GET", "/courses/tiny/gradebook").refusal == (403, "forbidden")


def test_a_submission_is_found_only_below_its_own_course(site: Any, call: Any) -> None:
    adas = site.graded("ada")
    assert call("root", "GET", f"/courses/tiny/submissions/{adas}").status == 200
    assert call("root", "GET", f"/courses/other/submissions/{adas}").refusal == (404, "not_found")


def test_an_exercise_that_is_not_published_is_there_for_staff_alone(site: Any, call: Any) -> None:
    site.change(Assignment, site.assignments["counter"], is_published=False)
    for path in ("/courses/tiny/exercises/counter", "/courses/tiny/submissions?exercise=counter"):
        assert call("ada", "GET", path).refusal == (404, "not_found")
        assert call("lin", "GET", path).status == 200
    send = "/courses/tiny/exercises/counter/submissions"
    assert call("ada", "POST", send, json={"content": "x = 1\n"}).refusal == (404, "not_found")
    listed = {
        name: [one["slug"] for one in call(name, "GET", "/courses/tiny/exercises").json["items"]]
        for name in ("ada", "lin")
    }
    assert listed == {"ada": ["double_it", "with_kit"], "lin": ["double_it", "counter", "with_kit"]}


def test_a_method_that_an_address_does_not_know_is_refused_with_those_that_it_does(call: Any) -> None:
    answer = call("ada", "DELETE", "/me")
    assert answer.refusal == (405, "wrong_method")
    assert "GET" in answer.headers["Allow"]
