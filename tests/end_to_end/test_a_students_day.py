"""ada's first day: start, list, show, check, hint, reset."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Gradgym = Callable[..., Any]


def test_a_copy_holds_the_exercises_and_no_solution(ada: Path) -> None:
    names = {path.name for path in ada.rglob("*") if path.is_file()}
    assert {"course.toml", "pytest.ini", "blend.py", "running_mean.py", "kit.py", "test_public.py"} <= names
    assert not names & {"test_hidden.py", "mistakes.py"}


def test_list_shows_every_exercise_and_what_to_do_first(ada: Path, gradgym: Gradgym) -> None:
    listed = gradgym("list", at=ada)
    assert listed.code == 0
    assert "2 exercises, 15 points, about 30 minutes." in listed.out
    (mean,) = [line for line in listed.out.splitlines() if "running_mean" in line]
    assert mean.split() == ["running_mean", "●●○○○", "20", "10", "cpu", "cuda", "blend"]


def test_show_tells_the_statement_and_the_file_to_write(ada: Path, gradgym: Gradgym) -> None:
    shown = gradgym("show", "blend", at=ada)
    assert shown.code == 0
    assert "A worked example" in shown.out
    assert "u01_moving/blend/blend.py" in shown.out


def test_hint_nudges(ada: Path, gradgym: Gradgym) -> None:
    hint = gradgym("hint", "blend", at=ada)
    assert (hint.code, hint.one_line[:15]) == (0, "Draw both point")


def test_a_stub_becomes_a_wrong_answer_and_then_a_right_one(
    ada: Path, stub: Path, gradgym: Gradgym, right: str, wrong: str
) -> None:
    fresh = gradgym("check", "blend", at=ada)
    assert fresh.code == 1
    assert "0 of 2 public checks passed" in fresh.out
    assert "not written" in fresh.out

    stub.write_text(wrong)
    tried = gradgym("check", "blend", at=ada)
    assert tried.code == 1
    assert "1 of 2 public checks passed" in tried.out
    assert "How long is the way from one point to the other" in tried.one_line

    stub.write_text(right)
    solved = gradgym("check", "blend", at=ada)
    assert solved.code == 0
    assert "All 2 public checks passed" in solved.out
    assert "4 hidden checks remain: they were not run here." in solved.out
    assert "There was no wall" in solved.out


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("", ["u01_moving/blend/blend.py"]),
        ("", ["u01_moving/blend"]),
        ("u01_moving/blend", []),
        ("u01_moving/blend", ["blend.py"]),
        ("u01_moving/running_mean", ["blend"]),
        ("..", ["ada/u01_moving/blend/blend.py", "--course", "ada/course.toml"]),
    ],
)
def test_check_finds_the_exercise_however_it_is_named(
    folder: str, words: list[str], ada: Path, stub: Path, gradgym: Gradgym, right: str
) -> None:
    stub.write_text(right)
    report = gradgym("check", *words, "--json", at=ada / folder)
    assert report.code == 0
    assert (report.json["exercise"], report.json["verdict"]) == ("blend", "passed")


def test_check_takes_a_file_that_lies_elsewhere(ada: Path, tmp_path: Path, gradgym: Gradgym, right: str) -> None:
    (tmp_path / "blend.py").write_text(right)
    assert gradgym("check", tmp_path / "blend.py", at=ada).code == 0


def test_check_never_looks_at_another_file_than_the_one_named(ada: Path, tmp_path: Path, gradgym: Gradgym) -> None:
    missing = gradgym("check", tmp_path / "downloads" / "blend.py", at=ada)
    assert missing.code == 2
    assert "downloads/blend.py" in missing.err


def test_check_in_json_is_one_line_without_points(ada: Path, gradgym: Gradgym) -> None:
    report = gradgym("check", "blend", "--json", at=ada).json
    assert (report["verdict"], report["wall"], report["hidden_checks_left"]) == ("not_written", "none", 4)
    assert (report["score"], report["max_score"]) == (0, 0)
    assert [check["hidden"] for check in report["checks"]] == [False, False]


def test_reset_keeps_what_ada_wrote(ada: Path, stub: Path, gradgym: Gradgym, wrong: str) -> None:
    handed_out = stub.read_text()
    stub.write_text(wrong)
    asked = gradgym("reset", "blend", at=ada)
    assert (asked.code, stub.read_text()) == (2, wrong)
    assert "--yes" in asked.one_line

    done = gradgym("reset", "blend", "--yes", at=ada)
    assert (done.code, stub.read_text()) == (0, handed_out)
    assert stub.with_name("blend.backup1.py").read_text() == wrong
    assert "blend.backup1.py" in done.out


def test_a_second_start_brings_news_and_keeps_adas_work(
    grace: Path, tmp_path: Path, gradgym: Gradgym, wrong: str
) -> None:
    course = shutil.copytree(grace, tmp_path / "course")
    gradgym("start", "../ada", at=course)
    mine = tmp_path / "ada" / "u01_moving" / "blend" / "blend.py"
    mine.write_text(wrong)
    news = course / "exercises" / "u01_moving" / "blend" / "README.md"
    news.write_text(news.read_text() + "\n## News\n\nRates are small.\n")

    again = gradgym("start", ".", at=tmp_path / "ada")
    assert again.code == 0
    assert "1 renewed file" in again.out
    assert "Kept your u01_moving/blend/blend.py" in again.out
    assert mine.read_text() == wrong
    assert "Rates are small." in mine.with_name("README.md").read_text()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"def blend(here, target, rate):\n    return here\0\n", "Line 2 holds a null byte"),
        (b"#" * (300 << 10), "at most 262144 bytes are read"),
        (b"", "blend.py doesn't define blend"),
    ],
)
def test_check_says_what_is_wrong_with_a_file_as_a_whole(
    source: bytes, sentence: str, ada: Path, stub: Path, gradgym: Gradgym
) -> None:
    stub.write_bytes(source)
    report = gradgym("check", "blend", at=ada)
    assert report.code == 1
    assert sentence in report.one_line


def test_check_of_a_stub_that_is_gone_says_so(ada: Path, stub: Path, gradgym: Gradgym) -> None:
    stub.unlink()
    report = gradgym("check", "blend", at=ada)
    assert report.code == 2
    assert "blend.py can't be read" in report.err


def test_endless_code_ends_at_its_limit_on_a_laptop_as_well(
    ada: Path, stub: Path, gradgym: Gradgym, wrong: str
) -> None:
    stub.write_text(wrong.replace("    way =", "    while True: pass\n    way ="))
    report = gradgym("check", "blend", "--json", at=ada)
    assert (report.code, report.json["verdict"]) == (1, "timed_out")
