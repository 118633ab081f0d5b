"""The JSON form: exact both ways, one line, and a clear sentence for anything else."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import CheckResult, Difference, Report, ReportError, Verdict, from_dict, from_json, to_dict, to_json


def test_a_report_comes_back_as_it_was(everything: list[Report]) -> None:
    for report in everything:
        assert from_json(to_json(report)) == report
        assert from_json(to_json(report).encode()) == report
        assert from_dict(to_dict(report)) == report


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_every_thousandth_of_a_point_is_exact(earned: int, points: int) -> None:
    check = CheckResult(name="test_a", title="a", verdict=Verdict.WRONG, points=points, earned=earned)
    report = Report(
        exercise="adam", title="Adam", verdict=Verdict.WRONG, checks=(check,), score=earned, max_score=points
    )
    assert from_json(to_json(report)) == report


def test_points_are_plain_numbers_outside(report: Any, check: Any) -> None:
    data = to_dict(report(check(points=1250), check(points=3000), check(points=1)))
    assert [c["points"] for c in data["checks"]] == [1.25, 3, 0.001]
    assert (data["score"], data["max_score"]) == (4.251, 4.251)
    assert '"points":1.25,"earned":1.25' in to_json(report(check(points=1250)))
    assert '"points":3,"earned":3' in to_json(report(check(points=3000)))


def test_what_was_not_graded_has_no_score_rather_than_zero(report: Any) -> None:
    nothing = report(verdict=Verdict.NOT_GRADED, score=None, max_score=5000)
    assert '"score":null,"max_score":5' in to_json(nothing)
    assert from_json(to_json(nothing)) == nothing


def test_the_format_stands_first_and_the_line_is_one(everything: list[Report]) -> None:
    for report in everything:
        line = to_json(report)
        assert line.startswith('{"format":1,"exercise":')
        assert line.isascii() and len(line.splitlines()) == 1


def test_nan_and_inf_survive_as_text(report: Any, check: Any) -> None:
    difference = Difference(what="loss", kind="values", got="nan", expected="-inf", allowed="inf", differing=1, total=1)
    sent = report(check(verdict=Verdict.WRONG, difference=difference))
    assert from_json(to_json(sent)).checks[0].difference == difference


def test_hostile_text_comes_back_but_for_what_databases_refuse(report: Any, hostile_text: str) -> None:
    back = from_json(to_json(report(stdout=hostile_text + "a\u2028b\x85c", submission="héllo 🎓"))).stdout
    assert back == (hostile_text + "a\u2028b\x85c").replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert "\\u0000" not in to_json(report(stdout="\x00"))


def test_a_seed_of_any_size_comes_back(report: Any) -> None:
    assert from_json(to_json(report(seed=2**63 - 1))).seed == 2**63 - 1


def test_unknown_keys_are_left_alone(bobs: Report) -> None:
    data = json.loads(to_json(bobs))
    data["weather"] = data["checks"][0]["weather"] = "fair"
    assert from_json(json.dumps(data)) == bobs


@pytest.mark.parametrize("foreign", [0, 2, "1", None, True, 1.5])
def test_a_foreign_format_is_named(bobs: Report, foreign: object) -> None:
    with pytest.raises(ReportError, match="reads format 1"):
        from_dict({**to_dict(bobs), "format": foreign})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "can't be read as JSON"),
        ("not json", "can't be read as JSON"),
        ("[" * 100_000, "can't be read as JSON"),
        (b"\xff\xfe", "can't be read as JSON"),
        ('{"format": 1', "can't be read as JSON"),
        ("[]", "this is a list"),
        ("null", "this is a NoneType"),
        ("{}", "format 'missing'"),
        ('{"format": 1}', "it has no exercise, title, verdict, score, max_score, checks"),
    ],
)
def test_a_text_that_is_no_report_is_told_so(text: str | bytes, says: str) -> None:
    with pytest.raises(ReportError, match=says):
        from_json(text)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"score": 1.2345}, "score is 1.2345, and points have at most three decimals"),
        ({"score": 0.1 + 0.2}, "at most three decimals"),
        ({"score": "5"}, "score is not a number"),
        ({"max_score": None}, "max_score is not a number"),
        ({"score": []}, "score is not a number"),
        ({"max_score": True}, "max_score is not a number"),
        ({"max_score": float("nan")}, "max_score is nan"),
        ({"max_score": 10**400}, "which no exercise is worth"),
        ({"max_score": 1e300}, "which no exercise is worth"),
        ({"verdict": "superb"}, "Invalid enum value 'superb'"),
        ({"checks": {}}, "checks is not a list"),
        ({"checks": [3]}, r"checks\[0\] is not an object"),
        ({"checks": [{"name": "test_a"}]}, r"it has no checks\[0\].title"),
        ({"seconds": "long"}, "seconds"),
        ({"mistakes": [3]}, "mistakes"),
    ],
)
def test_a_malformed_report_names_the_key(bobs: Report, change: dict[str, object], says: str) -> None:
    with pytest.raises(ReportError, match=says):
        from_dict({**to_dict(bobs), **change})


def test_points_of_a_check_are_named_by_their_place(bobs: Report) -> None:
    data = to_dict(bobs)
    data["checks"][2]["earned"] = 0.0005
    with pytest.raises(ReportError, match=r"checks\[2\]\.earned is 0\.0005"):
        from_dict(data)


def test_a_duration_that_is_not_a_number_is_refused_when_written(bobs: Report) -> None:
    with pytest.raises(ReportError, match="duration"):
        to_json(msgspec.structs.replace(bobs, seconds=float("nan")))


def test_importing_the_report_brings_neither_torch_nor_rich_nor_anything_else_of_ours() -> None:
    asked = (
        "import sys, grader.report; print(*sorted(m for m in sys.modules"
        " if m.split('.')[0] in ('torch', 'rich', 'webapp') or m.startswith('grader.')))"
    )
    got = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert got == ["grader.report", "grader.report.json_form", "grader.report.model"]
