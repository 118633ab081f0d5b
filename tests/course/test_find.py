"""What a person may type to mean a course or an exercise."""

from __future__ import annotations

import pytest

from grader.course.load import find_course, find_exercise
from grader.course.model import CourseError


@pytest.mark.parametrize("place", ["", "exercises", "exercises/u01_lines/slope", "solutions/u01_lines/slope"])
def test_the_course_is_found_from_anywhere_in_it(tiny, place):
    assert find_course(tiny.base / place) == tiny.root


def test_no_course_above_is_told_with_the_next_step(tmp_path):
    with pytest.raises(CourseError) as caught:
        find_course(tmp_path)
    assert str(caught.value) == (
        f"There is no course in {tmp_path} or in a folder above it. "
        "Go to your course's folder, or name it with --course FOLDER."
    )


@pytest.mark.parametrize(
    "name",
    [
        "slope",
        "u01_lines/slope",
        "exercises/u01_lines/slope",
        "exercises/u01_lines/slope/",
        "exercises/u01_lines/slope/slope.py",
        "exercises/u01_lines/slope/README.md",
        "solutions/u01_lines/slope",
        "slope.py",
        "somewhere/else/slope.ipynb",
        "old_slope",
    ],
)
def test_an_exercise_is_found_by_slug_path_and_former_name(tiny, name, monkeypatch):
    tiny.add('formerly = ["old_slope"]')
    monkeypatch.chdir(tiny.base)
    assert find_exercise(tiny.load(), name).slug == "slope"


def test_the_folder_one_stands_in_is_an_exercise_too(tiny, monkeypatch):
    monkeypatch.chdir(tiny.public)
    assert find_exercise(tiny.load(), ".").slug == "slope"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("slpoe", 'There is no exercise "slpoe" in this course. Did you mean `slope`?'),
        ("transformer", 'There is no exercise "transformer" in this course. Choose from: slope, shift.'),
        ("u01_lines", '"u01_lines" is a unit. Name one of its exercises: slope, shift.'),
    ],
)
def test_an_unknown_exercise_is_answered_with_the_nearest_one(tiny, name, sentence):
    with pytest.raises(CourseError) as caught:
        find_exercise(tiny.load(), name)
    assert str(caught.value) == sentence
