"""grace grades files of any name, behind the wall, in every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from grader.api import Settings
from grader.course.load import load_course

pytestmark = pytest.mark.jail

Gradgym = Callable[..., Any]


@pytest.fixture
def sent(tmp_path: Path, right: str, wrong: str) -> list[str]:
    """Three submissions with names of all kinds: right, wrong, not written."""
    texts = {
        "ada lovelace (2).txt": right,
        "Bob-été": wrong,
        "blend.py": "def blend(h, t, r):\n    raise NotImplementedError\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return [str(tmp_path / name) for name in texts]


def test_text_tells_each_report_in_the_order_of_the_files(grace: Path, gradgym: Gradgym, sent: list[str]) -> None:
    graded = gradgym("grade", "blend", *sent, at=grace)
    assert graded.code == 0
    assert 0 < graded.out.index("5 of 5 points") < graded.out.index("2 of 5 points") < graded.out.index("0 of 5 points")
    assert "The point moves away from its target" in graded.one_line


def test_json_is_one_report_a_line(grace: Path, gradgym: Gradgym, sent: list[str]) -> None:
    graded = gradgym("grade", "blend", *sent, "--json", "--seed", "7", at=grace)
    reports = [json.loads(line) for line in graded.out.splitlines()]
    assert graded.code == 0
    assert [report["submission"] for report in reports] == sent
    assert [report["verdict"] for report in reports] == ["passed", "wrong", "not_written"]
    assert [report["score"] for report in reports] == [5, 2, 0]
    assert reports[1]["mistakes"] == ["goes_away"]
    assert {report["seed"] for report in reports} == {7}
    assert {report["wall"] for report in reports} == {"jail"}


def test_html_is_one_page_with_a_card_each(grace: Path, tmp_path: Path, gradgym: Gradgym, sent: list[str]) -> None:
    page = tmp_path / "page.html"
    graded = gradgym("grade", "blend", *sent, "--format", "html", "--output", page, at=grace)
    assert (graded.code, graded.out) == (0, "")
    text = page.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert text.count("<article") == 3
    assert "Bob-été" in text
    assert "<script" not in text


def test_gradescope_is_one_results_file(grace: Path, gradgym: Gradgym, sent: list[str]) -> None:
    graded = gradgym("grade", "blend", sent[1], "--format", "gradescope", at=grace)
    results = json.loads(graded.out)
    assert graded.code == 0
    assert results["score"] == 2
    assert sum(test["max_score"] for test in results["tests"]) == 5


def test_junit_counts_checks_and_failures(grace: Path, gradgym: Gradgym, sent: list[str]) -> None:
    graded = gradgym("grade", "blend", *sent, "--format", "junit", at=grace)
    suites = ElementTree.fromstring(graded.out.encode())
    assert graded.code == 0
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("12", "6", "0")


def test_output_takes_text_as_well(grace: Path, tmp_path: Path, gradgym: Gradgym, sent: list[str]) -> None:
    page = tmp_path / "report.txt"
    assert gradgym("grade", "blend", *sent, "-o", page, at=grace).out == ""
    assert page.read_text("utf-8").count("hidden checks passed") == 3
    assert "\x1b" not in page.read_text("utf-8")


def test_whole_files_that_can_not_be_graded_are_still_graded_and_exit_0(
    grace: Path, tmp_path: Path, gradgym: Gradgym
) -> None:
    (tmp_path / "empty.py").write_bytes(b"")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (tmp_path / "large").write_bytes(b"#" * (1 << 20))
    files = [tmp_path / name for name in ("empty.py", "picture.png", "large")]
    graded = gradgym("grade", "blend", *files, "--json", "--jobs", "3", at=grace)
    assert graded.code == 0
    reports = [json.loads(line) for line in graded.out.splitlines()]
    assert [report["verdict"] for report in reports] == ["not_written", "crashed", "crashed"]
    assert [report["score"] for report in reports] == [0, 0, 0]


def test_a_seed_comes_from_the_secret_and_replays(
    grace: Path, gradgym: Gradgym, sent: list[str], monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    monkeypatch.setitem(environment, "GRADGYM_SECRET", "a secret of grace")
    secret = gradgym("grade", "blend", sent[1], "--json", at=grace).json
    (blend, *_) = load_course(grace / "exercises").exercises
    assert secret["seed"] == Settings(secret="a secret of grace").seed_for(blend) != Settings().seed_for(blend)
    monkeypatch.delitem(environment, "GRADGYM_SECRET")
    replayed = gradgym("grade", "blend", sent[1], "--json", "--seed", str(secret["seed"]), at=grace).json
    assert replayed["checks"][0]["difference"] == secret["checks"][0]["difference"]


def test_a_broken_exercise_is_no_zero(grace: Path, gradgym: Gradgym, sent: list[str]) -> None:
    broken = Path(__file__).parent.parent / "golden" / "broken_course"
    graded = gradgym("grade", "broken_file", sent[0], "--json", at=broken)
    assert (graded.code, graded.json["verdict"], graded.json["score"]) == (3, "broken_exercise", None)


def test_no_wall_works_where_a_person_asks_for_it(
    grace: Path, gradgym: Gradgym, sent: list[str], no_bubblewrap: Path
) -> None:
    graded = gradgym("grade", "blend", *sent, "--no-wall", at=grace, path_first=no_bubblewrap)
    assert graded.code == 0
    assert graded.out.count("There was no wall: the code ran with all the rights of the person who ran it.") == 3
