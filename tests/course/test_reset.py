"""Going back to the stub without losing anything."""

from __future__ import annotations

import pytest

from grader.course.load import load_course
from grader.course.model import CourseError
from grader.course.reset import is_unchanged, reset_stub
from grader.course.start import start_course


@pytest.fixture
def copy(tiny):
    start_course(tiny.load(), tiny.base / "ada")
    return load_course(tiny.base / "ada")


def test_the_stub_is_back_and_the_students_version_lies_beside_it(tiny, copy):
    exercise = copy.exercises[0]
    exercise.stub.write_text("# first try\n")
    done = reset_stub(copy, exercise)
    assert exercise.stub.read_bytes() == (tiny.public / "slope.py").read_bytes()
    assert done.backup == exercise.folder / "slope.backup1.py"
    assert done.backup.read_text() == "# first try\n"


def test_a_second_backup_does_not_replace_the_first(copy):
    exercise = copy.exercises[0]
    for number in (1, 2):
        exercise.stub.write_text(f"# try {number}\n")
        reset_stub(copy, exercise)
    assert [(exercise.folder / f"slope.backup{number}.py").read_text() for number in (1, 2)] == [
        "# try 1\n",
        "# try 2\n",
    ]


def test_a_deleted_stub_comes_back_without_a_backup(copy):
    exercise = copy.exercises[0]
    exercise.stub.unlink()
    assert reset_stub(copy, exercise).backup is None
    assert is_unchanged(copy, exercise)


def test_the_course_itself_is_not_reset(tiny):
    course = tiny.load()
    with pytest.raises(
        CourseError, match=r"is the course itself, not a student's copy.*Make a copy with `gradgym start FOLDER`\.$"
    ):
        reset_stub(course, course.exercises[0])


def test_a_lost_pristine_copy_is_told(copy):
    exercise = copy.exercises[0]
    exercise.stub.write_text("# mine\n")
    (copy.root / ".gradgym/course/u01_lines/slope/slope.py").unlink()
    with pytest.raises(CourseError, match=r"is missing\. Run `gradgym start` on this folder again to get it back\.$"):
        reset_stub(copy, exercise)
    assert exercise.stub.read_text() == "# mine\n"
