"""Gradescope's results.json."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.report import Report, Verdict
from grader.report.gradescope import to_gradescope


def test_a_report_becomes_a_score_and_tests(bobs: Report) -> None:
    results = to_gradescope(bobs)
    assert (results["score"], results["execution_time"], results["visibility"]) == (2.5, 0.118, "visible")
    assert sum(test["score"] for test in results["tests"]) == results["score"]
    assert [test["status"] for test in results["tests"]] == ["passed", *["failed"] * 5, "passed"]
    first = results["tests"][0]
    assert first == {
        "number": "1",
        "name": "the moments start at zero",
        "score": 1.25,
        "max_score": 1.25,
        "status": "passed",
        "output": "",
        "visibility": "visible",
    }
    wrong = results["tests"][1]["output"].split("\n")
    assert wrong[0] == "wrong: After five steps the weights are not those of Adam."
    assert wrong[2:5] == ["  got       0.0123456789", "  expected  0.1000000000", "  allowed   +/- 1e-07"]
    assert wrong[-1].startswith("Hint: The first moment")
    assert json.loads(json.dumps(results)) == results


def test_visibility_is_said_in_gradescopes_words(report: Any, check: Any) -> None:
    told = [check(visible=visible) for visible in ("now", "after_due", "never", "perhaps")]
    results = to_gradescope(report(*told))
    assert [test["visibility"] for test in results["tests"]] == ["visible", "after_due_date", "hidden", "hidden"]


def test_the_output_that_every_student_reads_says_nothing_hidden(report: Any, check: Any) -> None:
    fields = {"rationale": "SECRET", "hint": "SECRET", "mistake": "SECRET", "title": "SECRET"}
    hidden = [check(verdict=Verdict.WRONG, visible=visible, **fields) for visible in ("after_due", "never")]
    results = to_gradescope(report(*hidden, seed=987654321))
    assert "SECRET" not in json.dumps({**results, "tests": []})
    assert "987654321" not in json.dumps(results)
    assert [test["output"].count("SECRET") for test in results["tests"]] == [2, 2]


def test_the_output_says_headline_causes_notes_and_what_was_printed(bobs: Report, report: Any) -> None:
    output = to_gradescope(bobs)["output"]
    assert output.startswith("2 of 7 hidden checks passed, 2.5 of 8.75 points\n")
    assert "Likely cause: no bias correction. The first moment" in output
    assert "printed by your code (stdout):\nstep 0: loss 1.0000" in output and "60 lines left out" in output
    assert "3 hidden checks remain" in to_gradescope(report(hidden_checks_left=3))["output"]


@pytest.mark.parametrize("verdict", [Verdict.NOT_GRADED, Verdict.BROKEN_EXERCISE])
def test_our_fault_is_never_a_zero(report: Any, check: Any, verdict: Verdict) -> None:
    results = to_gradescope(report(check(verdict=verdict), message="The jail could not be set up.", score=None))
    assert "score" not in results and "tests" not in results
    assert "The jail could not be set up." in results["output"]


def test_a_submission_that_reached_no_check_has_a_score(report: Any) -> None:
    results = to_gradescope(report(verdict=Verdict.FORBIDDEN, max_score=5000, message="torch.optim is not allowed."))
    assert (results["score"], results["tests"]) == (0, [])


def test_hostile_text_stays_text(hostile: Report) -> None:
    results = to_gradescope(hostile)
    assert {results["output_format"], results["test_output_format"], results["test_name_format"]} == {"text"}
    for text in (results["output"], results["tests"][0]["output"], results["tests"][0]["name"]):
        assert "\x1b" not in text and "\x00" not in text and "\u202e" not in text
        text.encode("utf-8")
