"""The hash changes with everything that decides a grade, and with nothing else."""

from __future__ import annotations

import re

import pytest

from grader.course.hash import exercise_hash


def test_it_is_short_and_stable(tiny):
    first, second = (exercise_hash(tiny.load().exercises[0]) for _ in range(2))
    assert first == second
    assert re.fullmatch(r"sha256:[0-9a-f]{16}", first)


@pytest.mark.parametrize(
    "path",
    [
        "exercises/u01_lines/slope/README.md",
        "exercises/u01_lines/slope/slope.py",
        "exercises/u01_lines/slope/kit.py",
        "exercises/course_data.py",
        "solutions/u01_lines/slope/test_hidden.py",
        "solutions/u01_lines/slope/tables/expected.csv",
    ],
)
def test_it_changes_with_each_file_that_counts(tiny, path):
    before = exercise_hash(tiny.load().exercises[0])
    tiny.write(tiny.base / path, "# changed\n")
    assert exercise_hash(tiny.load().exercises[0]) != before


@pytest.mark.parametrize(
    "path",
    [
        "exercises/u01_lines/slope/scratch.py",
        "exercises/u01_lines/shift/README.md",
        "solutions/u01_lines/slope/__pycache__/slope.cpython-311.pyc",
        "solutions/u01_lines/slope/.ipynb_checkpoints/slope.py",
    ],
)
def test_it_does_not_change_with_caches_and_other_files(tiny, path):
    before = exercise_hash(tiny.load().exercises[0])
    tiny.write(tiny.base / path, "# changed\n")
    assert exercise_hash(tiny.load().exercises[0]) == before


def test_content_that_moves_to_another_file_changes_it(tiny):
    before = exercise_hash(tiny.load().exercises[0])
    (tiny.solution / "a.txt").write_text("one")
    first = exercise_hash(tiny.load().exercises[0])
    (tiny.solution / "a.txt").rename(tiny.solution / "b.txt")
    assert len({before, first, exercise_hash(tiny.load().exercises[0])}) == 3


def test_it_stays_the_same_while_a_student_works(tiny):
    with_solutions = exercise_hash(tiny.load().exercises[0])
    tiny.write(tiny.public / "slope.py", "# a new stub\n")
    assert exercise_hash(tiny.load().exercises[0]) != with_solutions
    tiny.solutions.rename(tiny.base / "away")
    before = exercise_hash(tiny.load().exercises[0])
    tiny.write(tiny.public / "slope.py", "# the student's work\n")
    assert exercise_hash(tiny.load().exercises[0]) == before


def test_a_students_copy_has_a_hash_without_solutions(tiny):
    with_solutions = exercise_hash(tiny.load().exercises[0])
    tiny.solutions.rename(tiny.base / "away")
    assert exercise_hash(tiny.load().exercises[0]) != with_solutions
