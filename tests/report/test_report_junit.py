"""JUnit XML."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from grader.report import Report, Verdict
from grader.report.junit import to_junit
from grader.report.verdict_words import WORDS, Actor


def test_each_report_is_a_suite_with_true_counts(everything: list[Report]) -> None:
    root = ElementTree.fromstring(to_junit(everything))
    assert root.tag == "testsuites" and len(root) == len(everything)
    for element in [root, *root]:
        cases = element.findall(".//testcase")
        assert element.get("tests") == str(len(cases))
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert element.get(key) == str(len(element.findall(f".//{tag}")))
    bobs = root[1]
    assert bobs.get("name") == "adam: bob/adam.py"
    assert (bobs.get("tests"), bobs.get("failures"), bobs.get("errors"), bobs.get("skipped")) == ("7", "4", "0", "1")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_failure_is_the_students_and_an_error_is_ours(report: Any, check: Any, verdict: Verdict) -> None:
    root = ElementTree.fromstring(to_junit([report(check(verdict=verdict, rationale="So it is."))]))
    (case,) = [case for case in root.iter("testcase") if case.get("name") == "test_plain_step"]
    if verdict is Verdict.PASSED:
        assert list(case) == []
        return
    tag = "failure" if WORDS[verdict].who is Actor.STUDENT else "error"
    (outcome,) = case
    assert outcome.tag == ("skipped" if verdict is Verdict.SKIPPED else tag)
    assert outcome.get("type") == verdict.value and "So it is." in (outcome.get("message") or "")


def test_a_submission_that_reached_no_check_is_not_green(report: Any, check: Any) -> None:
    nothing = report(verdict=Verdict.NOT_GRADED, score=None, message="The jail could not be set up.")
    all_green = report(check(), verdict=Verdict.FORBIDDEN, message="torch.optim is not allowed.")
    silent = report(check(), verdict=Verdict.CRASHED)
    root = ElementTree.fromstring(to_junit([nothing, all_green, silent]))
    assert root[0].find(".//property[@name='score']") is None
    assert [suite.get("errors") for suite in root] == ["1", "0", "0"]
    assert [suite.get("failures") for suite in root] == ["0", "1", "1"]
    assert "The jail could not be set up." in "".join(root[0].itertext())


def test_scores_and_output_come_along(bobs: Report) -> None:
    (suite,) = ElementTree.fromstring(to_junit([bobs]))
    properties = {element.get("name"): element.get("value") for element in suite.iter("property")}
    assert (properties["score"], properties["max_score"]) == ("2.5", "8.75")
    assert (suite.findtext("system-out") or "").startswith("step 0: loss")
    assert "UserWarning" in (suite.findtext("system-err") or "")


def test_remaining_checks_and_the_missing_wall_are_said(report: Any, check: Any) -> None:
    text = to_junit([report(check(), hidden_checks_left=7, wall="none")])
    assert "7 hidden checks remain" in text and "There was no wall" in text


def test_hostile_text_is_still_well_formed(hostile: Report) -> None:
    text = to_junit([hostile])
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert "<script>alert(1)</script>" in "".join(root.itertext())
    assert {element.tag for element in root.iter()} <= {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "failure",
        "system-out",
        "system-err",
    }
    assert "\x1b" not in text


def test_no_report_is_an_empty_file_that_parses() -> None:
    assert ElementTree.fromstring(to_junit([])).get("tests") == "0"
