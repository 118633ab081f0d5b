"""The course as a student finds it, and the page of one exercise."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from webapp.db.base import now
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow, Extension
from webapp.db.work import Submission

LATE = {"kind": "per_day", "percent": 10}


def dates(site: Any, slug: str = "double_it", **columns: Any) -> None:
    site.change(Assignment, site.assignments[slug], **columns)


def get(site: Any, who: str, path: str) -> str:
    answer = site.client(who).get(path)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_whoever_has_one_course_is_led_to_it(site: Any) -> None:
    assert site.client("ada").get("/").location == "/c/tiny/"
    assert site.client("mallory").get("/").location == "/c/other/"


def test_nobody_is_asked_to_sign_in_first(site: Any) -> None:
    for path in ("/", "/c/tiny/", "/c/tiny/e/double_it", "/c/nowhere/", "/c/tiny/s/1"):
        answer = site.client().get(path)
        assert answer.status_code == 302 and answer.location.startswith("/sign-in"), path


def test_whoever_has_several_courses_or_none_chooses(site: Any) -> None:
    page = get(site, "root", "/")
    assert "/c/tiny/" in page and "/c/other/" in page
    site.change(Enrolment, site.enrolments["bob"], is_active=False)
    assert "You are in no course yet" in get(site, "bob", "/")


def test_the_course_shows_points_deadlines_and_what_is_next(site: Any, made_up: Any) -> None:
    dates(site, "counter", due_at=now() + timedelta(days=2, hours=1))
    dates(site, "with_kit", due_at=now() + timedelta(days=1, hours=1), max_attempts=3)
    site.graded("ada", made_up(2000))
    page = get(site, "ada", "/c/tiny/")
    assert "2<span" in page and "/ 3</span>" in page, "what she has for double_it"
    assert 'data-verdict="wrong"' in page
    assert "3 of 3 attempts left" in page
    nearest = page.partition("What is next")[2].partition("</section>")[0]
    assert "Once more, with a kit" in nearest, "of what is due, the next"
    assert page.index("Twice as much") < page.index("Counting in place"), "in the course's order"


def test_what_has_full_points_is_not_next(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(3000))
    page = get(site, "ada", "/c/tiny/")
    assert "Counting in place" in page.partition("What is next")[2].partition("</section>")[0]
    assert "1 of 3" in page


def test_a_course_without_exercises_says_so(site: Any) -> None:
    for id in site.assignments.values():
        site.change(Assignment, id, is_published=False)
    assert "No exercises yet" in get(site, "ada", "/c/tiny/")
    assert "not published" in get(site, "grace", "/c/tiny/")
    assert site.client("ada").get("/c/tiny/e/double_it").status_code == 404


def test_strangers_find_no_course(site: Any) -> None:
    for path in ("", "e/double_it", "e/double_it/stub", "e/double_it/notebook"):
        assert site.client("mallory").get(f"/c/tiny/{path}").status_code == 404
    assert site.client("ada").get("/c/tiny/e/nothing").status_code == 404


def test_the_page_of_an_exercise_has_its_statement_and_its_stub(site: Any) -> None:
    page = get(site, "ada", "/c/tiny/e/double_it")
    assert '<span class="math inline">y = 2x</span>' in page
    assert "raise NotImplementedError" in page, "the editor begins with the stub"
    assert "runs 2 public checks" in page and "whole numbers raise ValueError" in page
    assert "What is twice three?" in page


def test_nothing_of_the_solution_is_on_the_pages_of_an_exercise(site: Any) -> None:
    site.submit("ada", b"x = 1\n")
    for path in ("", "e/double_it", "e/double_it/stub", "e/double_it/notebook"):
        text = get(site, "ada", f"/c/tiny/{path}")
        assert "2 * x" not in text and "triples" not in text and "test_values" not in text


def test_stub_and_notebook_can_be_taken_home(site: Any) -> None:
    ada = site.client("ada")
    stub, notebook = ada.get("/c/tiny/e/double_it/stub"), ada.get("/c/tiny/e/double_it/notebook")
    assert "raise NotImplementedError" in stub.text
    assert "attachment" in stub.headers["Content-Disposition"]
    assert json.loads(notebook.text)["metadata"]["gradgym"] == {"exercise": "double_it"}
    assert "double_it.ipynb" in notebook.headers["Content-Disposition"]


def test_the_terms_are_on_the_page_before_anything_is_sent(site: Any) -> None:
    dates(site, due_at=now() - timedelta(hours=30), late_policy=LATE, max_attempts=4)
    page = get(site, "ada", "/c/tiny/e/double_it")
    assert "You are 2 days late: what you send now counts for 80 % of its points." in page
    assert "Every day begun after the deadline costs 10 %" in page
    assert "4 of 4 left" in page
    assert "CET" in page or "CEST" in page, "the course's zone is named"


def test_grace_days_are_counted_before_they_are_spent(site: Any, made_up: Any) -> None:
    site.change(CourseRow, site.courses["tiny"], late_policy={"kind": "grace_days", "percent": 10, "grace": 3})
    dates(site, due_at=now() - timedelta(hours=30))
    dates(site, "counter", due_at=now() - timedelta(hours=30))
    site.graded("ada", made_up(3000))
    page = get(site, "ada", "/c/tiny/e/counter")
    assert "1 of your 1 late day would be spent, and what you send now counts for 90 % of its points" in page


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"opens_at": timedelta(days=1)}, "You can send your solution from"),
        ({"closes_at": timedelta(days=-1)}, "Nothing was accepted after"),
    ],
)
def test_a_closed_door_says_why_and_what_to_do(site: Any, columns: dict[str, timedelta], said: str) -> None:
    dates(site, **{name: now() + later for name, later in columns.items()})
    page = get(site, "ada", "/c/tiny/e/double_it")
    assert said in page and 'name="source"' not in page


def test_no_attempts_left_says_so(site: Any) -> None:
    site.submit("ada", b"x = 1\n")
    dates(site, max_attempts=1)
    page = get(site, "ada", "/c/tiny/e/double_it")
    assert "You have used all 1 attempts" in page and 'name="source"' not in page


def test_an_extension_moves_the_dates_of_its_student_alone(site: Any) -> None:
    dates(site, due_at=now() - timedelta(hours=1), closes_at=now() - timedelta(minutes=30))
    with site.database.write() as db:
        more = {"course_id": site.courses["tiny"], "extra_minutes": 600, "reason": "ill", "created_by": 1}
        db.add(Extension(enrolment_id=site.enrolments["bob"], **more))
    assert "extended for you" in get(site, "bob", "/c/tiny/e/double_it")
    assert "Nothing was accepted after" in get(site, "ada", "/c/tiny/e/double_it")


def test_the_editor_begins_with_what_was_sent_last(site: Any) -> None:
    first = site.submit("ada", b"first = 1\n").submission.id
    site.submit("ada", b"second = 2\n")
    assert "second = 2" in get(site, "ada", "/c/tiny/e/double_it")
    assert "first = 1" in get(site, "ada", f"/c/tiny/e/double_it?from={first}")
    assert "second = 2" not in get(site, "ada", "/c/tiny/e/double_it?from=stub")


def test_nobody_begins_with_the_work_of_another(site: Any) -> None:
    bobs = site.submit("bob", b"bobs = 1\n").submission.id
    other = site.submit("ada", b"mine = 1\n", slug="counter").submission.id
    for wanted in (bobs, other, 10**15 - 1, "nonsense", "9" * 40):
        assert site.client("ada").get(f"/c/tiny/e/double_it?from={wanted}").status_code == 404
    assert "bobs = 1" in get(site, "grace", f"/c/tiny/e/double_it?from={bobs}")


def test_a_notebook_is_not_put_into_the_editor(site: Any) -> None:
    ada = site.client("ada")
    notebook = ada.get("/c/tiny/e/double_it/notebook").data
    file = (io.BytesIO(notebook), "double_it.ipynb")
    assert ada.post("/c/tiny/e/double_it/submit", data={"file": file}).status_code == 303
    page = get(site, "ada", "/c/tiny/e/double_it")
    assert "Submission 1 is a notebook" in page and "raise NotImplementedError" in page
    assert "nbformat" not in page


def test_an_admin_who_takes_no_part_reads_and_sends_nothing(site: Any) -> None:
    page = get(site, "root", "/c/tiny/e/double_it")
    assert "Twice as much" in page and 'name="source"' not in page
    assert site.client("root").post("/c/tiny/e/double_it/submit", data={"source": "x = 1"}).status_code == 403


def test_a_course_folder_that_is_gone_leaves_a_page_that_says_so(site: Any, tmp_path: Any) -> None:
    site.change(CourseRow, site.courses["tiny"], folder=str(tmp_path / "gone"))
    assert "The exercise can&#39;t be shown" in get(site, "ada", "/c/tiny/e/double_it")
    assert site.client("ada").get("/c/tiny/e/double_it/stub").status_code == 503


def test_what_has_left_the_course_stays_for_those_who_sent_something(site: Any) -> None:
    sent = site.submit("ada", b"x = 1\n").submission.id
    with site.database.write() as db:
        exercise = db.get_one(Submission, sent).assignment.exercise_id
    site.change(ExerciseRow, exercise, is_retired=True)
    assert "has left the course" in get(site, "ada", "/c/tiny/")
    assert "Twice as much" not in get(site, "bob", "/c/tiny/")
