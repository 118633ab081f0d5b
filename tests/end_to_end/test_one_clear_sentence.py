"""What a user may mistype: one clear sentence, exit code 2, nothing on stdout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Gradgym = Callable[..., Any]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["grade", "blend"], "Missing argument 'FILE...'"),
        (["check", "--nope"], "No such option: --nope"),
        (["check"], "Say which exercise to check"),
        (["check", "blnd"], 'There is no exercise "blnd" in this course.'),
        (["check", "blnd.py"], "blnd.py is not there. Name your file, or the exercise without .py."),
        (["check", "u01_moving"], '"u01_moving" is a unit. Name one of its exercises: blend, running_mean.'),
        (["show", "blnd"], 'There is no exercise "blnd" in this course.'),
        (["hint", "blnd"], 'There is no exercise "blnd" in this course.'),
        (["reset", "blnd"], 'There is no exercise "blnd" in this course.'),
        (["watch", "blnd"], 'There is no exercise "blnd" in this course.'),
        (["verify", "blnd"], 'There is no exercise "blnd" in this course.'),
        (["bench", "blnd"], 'There is no exercise "blnd" in this course.'),
        (["grade", "blnd", "course.toml"], 'There is no exercise "blnd" in this course.'),
        (["grade", "blend", "nobody.py"], "nobody.py can't be read (No such file or directory)."),
        (["grade", "blend", "u01_moving"], "u01_moving can't be read (Is a directory)."),
        (["verify"], "This copy of the course has no solutions"),
        (["samples"], "this copy of the course has no solutions folder."),
        (["bench", "blend"], "this copy of the course has no solutions folder."),
        (["new", "u01_moving/other"], "is a student's copy. Exercises are added to the course itself."),
        (["new", "other"], '"other" is not UNIT/SLUG.'),
        (["new-course", "."], "is not empty. Choose a new or empty folder."),
        (["start", "../other"], "is a student's copy. Name the course itself with --course FOLDER."),
        (["list", "--course", "nowhere"], "There is no course.toml in"),
    ],
)
def test_a_slip_in_ada_s_folder(words: list[str], sentence: str, ada: Path, gradgym: Gradgym) -> None:
    said = gradgym(*words, at=ada)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.one_line


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["check"],
        ["check", "blend"],
        ["verify"],
        ["start", "here"],
    ],
)
def test_outside_of_any_course(words: list[str], tmp_path: Path, gradgym: Gradgym) -> None:
    said = gradgym(*words, at=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "There is no course in" in said.err
    assert "--course FOLDER" in said.err


def test_a_near_miss_is_named(ada: Path, gradgym: Gradgym) -> None:
    assert "Did you mean `running_mean`?" in gradgym("check", "running_maen", at=ada).err


def test_a_broken_exercise_stands_in_the_way_of_no_other(ada: Path, gradgym: Gradgym) -> None:
    toml = ada / "u01_moving" / "running_mean" / "exercise.toml"
    toml.write_text(toml.read_text().replace("difficulty", "dificulty"))
    assert gradgym("hint", "blend", at=ada).code == 0
    listed = gradgym("list", at=ada)
    assert listed.code == 2
    assert "blend" in listed.out
    assert "dificulty" in listed.err
    assert "difficulty" in listed.err


def test_check_works_beside_a_broken_exercise(ada: Path, stub: Path, gradgym: Gradgym, right: str) -> None:
    toml = ada / "u01_moving" / "running_mean" / "exercise.toml"
    toml.write_text(toml.read_text().replace("difficulty", "dificulty"))
    stub.write_text(right)
    assert gradgym("check", "blend", at=ada).code == 0


def test_help_and_version_are_worth_reading(tmp_path: Path, gradgym: Gradgym) -> None:
    assert gradgym("--version", at=tmp_path).out.startswith("gradgym ")
    overview = gradgym("--help", at=tmp_path)
    assert overview.code == 0
    commands = ["start", "list", "show", "check", "watch", "hint", "reset", "grade", "verify", "new", "new-course"]
    for command in [*commands, "doctor", "bench", "samples", "demo"]:
        assert f"\n  {command} " in overview.out
