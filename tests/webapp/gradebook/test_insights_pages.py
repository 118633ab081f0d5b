"""The pages on what a class gets wrong, on regrades and on the roster, as their readers meet them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from webapp.db.people import Enrolment, User


@pytest.fixture
def at_work(site: Any, made_up: Any) -> Any:
    site.graded("ada", made_up(3000), source=b"a = 1\n")
    site.graded("bob", made_up(1000), source=b"b = 1\n")
    return site


def test_insights_name_the_mistake_to_teach_next(at_work: Any) -> None:
    page = at_work.client("lin").get("/c/tiny/insights").text
    assert "triples" in page and "Stuck now" in page
    assert "triples" not in at_work.client("lin").get("/c/tiny/insights?group=monday").text
    one = at_work.client("grace").get("/c/tiny/insights/double_it").text
    assert "triples" in one and "Checks that fail" in one


def test_insights_of_an_empty_course_say_what_will_be_there(site: Any) -> None:
    assert "Nothing was handed in yet" in site.client("grace").get("/c/tiny/insights").text
    assert "Nobody has tried it yet" in site.client("grace").get("/c/tiny/insights/counter").text


def test_grace_starts_a_run_and_drops_it(at_work: Any) -> None:
    grace = at_work.client("grace")
    answer = grace.post("/c/tiny/regrades", data={"assignment": "all", "reason": "a check was wrong"})
    assert answer.status_code == 303
    page = grace.get(answer.location).text
    assert "0 of 2 graded" in page and "Drop this run" in page and "let it count" not in page
    assert grace.post(f"{answer.location}/accept").status_code == 409
    assert grace.post(f"{answer.location}/drop").status_code == 303
    assert "dropped" in grace.get("/c/tiny/regrades").text


def test_a_run_without_a_reason_or_with_nonsense_is_refused_with_the_form(at_work: Any) -> None:
    grace = at_work.client("grace")
    answer = grace.post("/c/tiny/regrades", data={"assignment": "all", "reason": " "})
    assert answer.status_code == 422 and "Say why" in answer.text
    answer = grace.post("/c/tiny/regrades", data={"assignment": "1; drop", "reason": "x"})
    assert answer.status_code == 422 and "names nothing" in answer.text


@pytest.mark.parametrize("path", ["insights", "insights/double_it", "regrades", "roster"])
def test_students_and_strangers_see_none_of_it(site: Any, path: str) -> None:
    assert site.client("ada").get(f"/c/tiny/{path}").status_code == 403
    assert site.client("mallory").get(f"/c/tiny/{path}").status_code == 404


def test_an_assistant_looks_but_changes_nothing(at_work: Any) -> None:
    lin = at_work.client("lin")
    assert "Grade again" not in lin.get("/c/tiny/regrades").text.replace("grade again", "")
    assert lin.post("/c/tiny/regrades", data={"reason": "x"}).status_code == 403
    assert lin.post("/c/tiny/roster/import", data={"text": "email,name\ne@example.org,E\n"}).status_code == 403
    bob = at_work.enrolments["bob"]
    assert lin.post(f"/c/tiny/roster/{bob}", data={"role": "instructor", "is_active": "1"}).status_code == 403


def test_a_roster_is_imported_from_a_file(site: Any) -> None:
    file = (io.BytesIO(b"email,name,group\neve@example.org,Eve,monday\n"), "roster.csv")
    grace = site.client("grace")
    answer = grace.post("/c/tiny/roster/import", data={"roster": file}, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert "eve@example.org" in grace.get("/c/tiny/roster").text


def test_a_bad_roster_comes_back_with_its_lines_named_and_its_text_kept(site: Any) -> None:
    answer = site.client("grace").post("/c/tiny/roster/import", data={"text": "email,name\n<b>,Eve\n"})
    assert answer.status_code == 422
    assert "Line 2" in answer.text and "<b>" not in answer.text and "&lt;b&gt;" in answer.text
    with site.database.read() as db:
        assert db.query(User).count() == len(site.people)


def test_grace_moves_bob_and_nobody_of_another_course(site: Any) -> None:
    grace = site.client("grace")
    bob, mallory = site.enrolments["bob"], site.enrolments["mallory"]
    sent = {"role": "student", "group": "monday", "is_active": "1"}
    assert grace.post(f"/c/tiny/roster/{bob}", data=sent).status_code == 303
    assert grace.post(f"/c/tiny/roster/{mallory}", data=sent).status_code == 404
    with site.database.read() as db:
        assert db.get_one(Enrolment, bob).group == "monday"
        assert db.get_one(Enrolment, mallory).group == ""
