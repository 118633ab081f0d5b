"""gradgym list"""

from __future__ import annotations

import pytest


def test_the_course_is_seen_at_a_glance(grace, gradgym):
    toml = grace / "exercises/u02_more/second_step/exercise.toml"
    text = toml.read_text().replace("needs = []", 'needs = ["part_way"]').replace("points = 5", "points = 7.5")
    toml.write_text(text.replace("difficulty = 1", "difficulty = 3"))
    done = gradgym("list")
    assert done.exit_code == 0
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "Unit 1: First steps" in rows
    assert "part_way ●○○○○ 15 5 cpu cuda -" in rows
    assert "second_step ●●●○○ 15 7.5 cpu cuda part_way" in rows
    assert "2 exercises, 12.5 points, about 30 minutes." in rows


@pytest.mark.parametrize("width", [80, 160])
def test_no_line_is_wider_than_the_terminal(grace, gradgym, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    toml = grace / "exercises/u02_more/second_step/exercise.toml"
    toml.write_text(toml.read_text().replace('"Second step"', '"' + "A very long title " * 12 + '[bold]"'))
    done = gradgym("list")
    assert max(map(len, done.stdout.splitlines())) <= width
    assert ("A very long title" in done.stdout) == (width == 160)


def test_students_see_the_same_list(ada, gradgym):
    assert "second_step" in gradgym("list").stdout


def test_a_broken_exercise_is_told_and_the_others_are_shown(grace, gradgym):
    (grace / "solutions/u02_more/second_step/mistakes.py").unlink()
    done = gradgym("list")
    assert done.exit_code == 2
    assert "part_way" in done.stdout
    assert done.stderr == (
        "solutions/u02_more/second_step/mistakes.py is missing (the known mistakes). "
        "Each exercise needs it: add the file.\n"
    )


def test_a_broken_course_is_one_sentence(grace, gradgym):
    (grace / "exercises/course.toml").write_text("title = ")
    done = gradgym("list")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "exercises/course.toml is not valid TOML: Invalid value (at end of document). "
        "Correct that place and save the file.\n"
    )
