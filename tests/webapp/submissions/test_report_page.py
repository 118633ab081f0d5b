"""What a submission's page says of its grading, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from grader.report.model import CheckResult, Difference, Verdict, Where
from webapp.db.base import now
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import Grading, Override, State, Submission
from webapp.gradebook.results import refresh

HOSTILE = "<script>alert(1)</script>"
SOURCE = b"import torch\n\n\ndef double_it(x):\n    y = x.nope\n    return y\n"


def page_of(site: Any, who: str, submission: int) -> str:
    answer = site.client(who).get(f"/c/tiny/s/{submission}")
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def checks() -> tuple[CheckResult, ...]:
    """One of each kind that a student may read more or less of."""
    values = Difference(
        what="doubled", kind="values", got="3.5", expected="2.5", allowed="1e-06", worst=(1, 2), differing=2, total=6,
        expected_dtype="torch.float64", expected_shape=(2, 3),
    )  # fmt: skip
    crash = Where(file="double_it.py", line=5, source="y = x.nope", function="double_it")
    return (
        CheckResult(name="test_values", title="every entry is doubled", verdict=Verdict.WRONG, points=1000, hidden=True,
                    mistake="triples", hint="Three is too much.", difference=values),
        CheckResult(name="test_crash", title="it runs", verdict=Verdict.CRASHED, points=1000, hidden=True,
                    rationale="Your code raised AttributeError: nope", where=crash),
        CheckResult(name="test_due", title="whole numbers raise ValueError", verdict=Verdict.WRONG, points=500,
                    hidden=True, visible="after_due", rationale="a secret until the deadline", hint="which types?"),
        CheckResult(name="test_never", title="a title nobody may read", verdict=Verdict.WRONG, points=500, hidden=True,
                    visible="never", rationale="a secret for ever"),
    )  # fmt: skip


@pytest.fixture
def report(made_up: Any) -> Any:
    return made_up(0, checks=checks(), mistakes=("triples",), stdout="hello\n", seed=1234567, exercise_hash="e1")


@pytest.fixture
def graded(site: Any, report: Any) -> int:
    return int(site.graded("ada", report, source=SOURCE))


def test_ada_reads_what_was_got_and_expected_and_the_named_mistake(site: Any, graded: int) -> None:
    page = page_of(site, "ada", graded)
    assert "0 of 4 hidden checks passed, 0 of 3 points" in page
    assert "Likely cause: triples" in page and "Three is too much." in page
    assert "2 of 6 elements (33%) differ, most at [1, 2]" in page
    assert "3.5" in page and "2.5" in page and "+/- 1e-06" in page and "float64" in page
    assert page.index("every entry is doubled") < page.index("it runs"), "in their order"


def test_the_line_that_raised_is_marked_in_what_she_sent(site: Any, graded: int) -> None:
    page = page_of(site, "ada", graded)
    marked = page.partition('class="line is-marked" data-line="5"')[2].partition("</span>\n")[0]
    assert "nope" in marked
    assert "double_it.py, line 5, in double_it" in page


def test_hidden_content_stays_hidden_from_the_student(site: Any, graded: int) -> None:
    site.change(Assignment, site.assignments["double_it"], due_at=now() + timedelta(days=1))
    for path in ("", "/source"):
        page = site.client("ada").get(f"/c/tiny/s/{graded}{path}").text
        for secret in ("a secret", "a title nobody may read", "test_never", "1234567", "which types?", "2 * x"):
            assert secret not in page
    page = page_of(site, "ada", graded)
    assert "whole numbers raise ValueError" in page and "the details are shown after the due date" in page
    assert "1 check that stays hidden" in page


def test_after_the_due_date_the_student_reads_more_but_not_all(site: Any, graded: int) -> None:
    site.change(Assignment, site.assignments["double_it"], due_at=now() - timedelta(days=1))
    page = page_of(site, "ada", graded)
    assert "a secret until the deadline" in page
    assert "a secret for ever" not in page and "a title nobody may read" not in page


@pytest.mark.parametrize("who", ["lin", "grace", "root"])
def test_staff_read_the_whole_report_and_whose_it_is(site: Any, graded: int, who: str) -> None:
    page = page_of(site, who, graded)
    assert "a secret for ever" in page and "a title nobody may read" in page and "--seed 1234567" in page
    assert "of Ada" in page and f"/c/tiny/students/{site.enrolments['ada']}" in page


@pytest.mark.parametrize("path", ["", "/events", "/source", "/source/raw", "/diff/{other}"])
def test_nobody_else_sees_anything_of_a_submission(site: Any, graded: int, path: str) -> None:
    bobs = site.submit("bob", b"b = 1\n").submission.id
    path = path.format(other=bobs)
    for who in ("bob", "mallory"):
        assert site.client(who).get(f"/c/tiny/s/{graded}{path}").status_code == 404
        assert site.client(who).get(f"/c/other/s/{graded}{path}").status_code == 404
    assert site.client("ada").get(f"/c/tiny/s/999999{path}").status_code == 404
    assert site.client("ada").get(f"/c/tiny/s/{10**18}{path}").status_code == 404


def test_nothing_that_a_student_wrote_becomes_html(site: Any, made_up: Any, report: Any) -> None:
    where = Where(file=f"{HOSTILE}.py", line=900, source=HOSTILE, function=HOSTILE)
    difference = Difference(what=HOSTILE, kind="values", got=HOSTILE, expected=HOSTILE, differing=1, total=1)
    bad = msgspec.structs.replace(
        checks()[1], title=HOSTILE, rationale=HOSTILE, hint=HOSTILE, mistake=HOSTILE, where=where, difference=difference
    )
    hostile = made_up(
        0, checks=(bad,), message=HOSTILE, where=where, stdout=f"{HOSTILE}\x1b[31m\u202e", stderr=HOSTILE,
        notes=(HOSTILE,), environment={HOSTILE: HOSTILE}, mistakes=(HOSTILE,),
    )  # fmt: skip
    sent = site.graded("ada", hostile, source=f"# {HOSTILE}\nx = '\u202e'\n".encode())
    other = site.submit("ada", f"# {HOSTILE}{HOSTILE}\n".encode()).submission.id
    site.change(Submission, sent, filename=f"{HOSTILE}.py")
    pages = [f"s/{sent}", f"s/{sent}/source", f"s/{sent}/diff/{other}"]
    for who in ("ada", "grace"):
        for path in (*pages, "e/double_it", f"e/double_it?from={sent}"):
            answer = site.client(who).get(f"/c/tiny/{path}")
            assert answer.status_code == 200
            assert "<script>alert" not in answer.text, path
            if path in pages:  # the editor has to keep what it is given
                assert "\u202e" not in answer.text and "\x1b" not in answer.text, path
    assert "&lt;script&gt;alert(1)" in page_of(site, "ada", sent)


def test_raw_source_is_a_download_and_never_a_page(site: Any) -> None:
    sent = site.submit("ada", b"\xef\xbb\xbf<html><script>alert(1)</script>\r\n").submission.id
    answer = site.client("ada").get(f"/c/tiny/s/{sent}/source/raw")
    assert answer.data == b"\xef\xbb\xbf<html><script>alert(1)</script>\r\n"
    assert answer.content_type.startswith("text/plain")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_lateness_is_said_beside_the_points(site: Any, made_up: Any) -> None:
    columns = {"due_at": now() - timedelta(hours=30), "late_policy": {"kind": "per_day", "percent": 10}}
    site.change(Assignment, site.assignments["double_it"], **columns)
    page = page_of(site, "ada", site.graded("ada", made_up(3000)))
    assert "2 days late" in page and "It counts with 2.4 points" in page


def test_an_override_is_said_instead(site: Any, made_up: Any) -> None:
    sent = site.graded("ada", made_up(1000))
    with site.database.write() as db:
        whose = {"enrolment_id": site.enrolments["ada"], "assignment_id": site.assignments["double_it"]}
        db.add(Override(points=2500, reason="a private remark", created_by=site.people["grace"], **whose))
        db.flush()
        refresh(db, db.get_one(CourseRow, site.courses["tiny"]), [site.enrolments["ada"]])
    page = page_of(site, "ada", sent)
    assert "set by the instructor" in page and "2.5 points count" in page and "a private remark" not in page


def test_another_submission_that_counts_is_named(site: Any, made_up: Any) -> None:
    best = site.graded("ada", made_up(3000))
    worse = site.graded("ada", made_up(1000), source=b"x = 1\n")
    page = page_of(site, "ada", worse)
    assert "Another submission" in page and "counts, with 3 points" in page and f"/c/tiny/s/{best}" in page
    assert "This submission is the one that counts." in page_of(site, "ada", best)


def test_our_failure_is_said_to_be_ours(site: Any) -> None:
    sent = site.submit("ada").submission.id
    site.change(Submission, sent, state=State.NOT_GRADED)
    page = page_of(site, "ada", sent)
    assert "The fault is on our side" in page and "It used no attempt" in page


def test_a_broken_exercise_is_not_the_students_fault(site: Any, made_up: Any) -> None:
    broken = made_up(0, verdict=Verdict.BROKEN_EXERCISE, score=0, checks=(), message="The checks can't be read.")
    page = page_of(site, "ada", site.graded("ada", broken))
    assert "Broken exercise: this changes no score" in page and "It used no attempt" in page
    assert "The exercise is at fault, not your code" in page


def test_a_grading_without_a_wall_or_of_an_older_exercise_is_pointed_out(site: Any, made_up: Any) -> None:
    with site.database.read() as db:
        current = db.get_one(Assignment, site.assignments["double_it"]).exercise
    same = site.graded("ada", made_up(3000, exercise_hash=current.hash))
    assert "has changed since" not in page_of(site, "ada", same)
    assert "without a wall" not in page_of(site, "ada", same)
    site.change(ExerciseRow, current.id, hash="another")
    assert "has changed since" in page_of(site, "ada", same)
    open_air = site.graded("ada", made_up(0, wall="none", hidden_checks_left=2), source=b"x = 1\n")
    page = page_of(site, "ada", open_air)
    assert "Graded without a wall" in page and "2 hidden checks remain" in page


def test_long_output_is_cut_and_said(site: Any, made_up: Any) -> None:
    lines = "".join(f"line {number}\n" for number in range(5000))
    page = page_of(site, "ada", site.graded("ada", made_up(0, stdout=lines, output_cut=True)))
    assert "line 0\n" in page and "line 4999" in page and "line 2500\n" not in page
    assert "lines left out here" in page
    assert "Only a part of it is shown here." in page and "The grader kept only a part" in page


def test_a_report_that_cannot_be_read_leaves_a_page(site: Any, graded: int) -> None:
    with site.database.write() as db:
        grading = db.get_one(Submission, graded).grading_id
        db.get_one(Grading, grading).report = '{"format": 99}'
    assert "The report can&#39;t be shown" in page_of(site, "ada", graded)
    assert site.client("ada").get(f"/c/tiny/s/{graded}/source").status_code == 200


def test_a_part_of_the_page_answers_htmx(site: Any, graded: int) -> None:
    part = site.client("ada").get(f"/c/tiny/s/{graded}", headers={"HX-Request": "true"}).text
    assert "<html" not in part and 'id="work"' in part and 'hx-swap-oob="innerHTML"' in part


@pytest.mark.jail
def test_a_crash_graded_for_real_shows_its_line(site: Any, work: Any) -> None:
    sent = site.submit("ada", SOURCE).submission.id
    assert work() == 1
    page = page_of(site, "ada", sent)
    assert 'data-verdict="crashed"' in page
    marked = page.partition('class="line is-marked" data-line="5"')[2].partition("</span>\n")[0]
    assert "nope" in marked


@pytest.mark.jail
def test_a_known_mistake_graded_for_real_is_named(site: Any, work: Any) -> None:
    wrong = b"def double_it(x):\n    if not x.is_floating_point():\n        raise ValueError\n    return 3 * x\n"
    sent = site.submit("ada", wrong).submission.id
    assert work() == 1
    page = page_of(site, "ada", sent)
    assert "Likely cause: triples" in page and "Three times is too much of a good thing." in page
