"""A new exercise and a new course work as they are made."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.jail

Gradgym = Callable[..., Any]


def test_a_new_exercise_is_listed_and_proved(grace: Path, tmp_path: Path, gradgym: Gradgym) -> None:
    course = shutil.copytree(grace, tmp_path / "course")
    made = gradgym("new", "u02_more/second_step", at=course)
    assert made.code == 0
    assert "gradgym verify second_step" in made.out
    assert "second_step" in gradgym("list", at=course).out
    proved = gradgym("verify", "second_step", "--json", at=course)
    assert (proved.code, proved.json["holds"], proved.json["notes"]) == (0, True, [])


def test_a_new_course_is_proved_and_handed_out(tmp_path: Path, gradgym: Gradgym) -> None:
    course = tmp_path / "mine"
    assert gradgym("new-course", course, at=tmp_path).code == 0
    proved = gradgym("verify", at=course)
    assert (proved.code, proved.out.count("✓ holds")) == (0, 1)
    assert gradgym("start", "../bob", at=course).code == 0
    report = gradgym("check", "part_way", "--json", at=tmp_path / "bob")
    assert (report.code, report.json["verdict"]) == (1, "not_written")
