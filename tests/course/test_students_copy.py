"""A student's copy: what goes in, and what survives the next `start`."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.files import stub_as_handed_out
from grader.course.load import load_course
from grader.course.model import CourseError
from grader.course.start import has_notebooks, origin, start_course


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ".gradgym" not in path.parts
    }


def started(tiny, folder="ada"):
    return start_course(tiny.load(), tiny.base / folder)


STUB = Path("u01_lines/slope/slope.py")


def test_a_student_gets_the_public_files_and_nothing_else(tiny):
    for extra in ("u01_lines/quiz.toml", "u01_lines/slope/kit.py", "pytest.ini"):
        tiny.write(tiny.root / extra, "# public\n")
    for stray in (
        "notes.md",
        ".env",
        "u01_lines/slope/solution_draft.py",
        "u01_lines/slope/test_hidden.py",
        "u02/x.py",
    ):
        tiny.write(tiny.root / stray, "# private\n")
    started(tiny)
    exercise = {"exercise.toml", "README.md", "test_public.py"}
    assert files(tiny.base / "ada") == {
        *("course.toml", "pytest.ini", "u01_lines/unit.toml", "u01_lines/quiz.toml"),
        *(f"u01_lines/slope/{name}" for name in exercise | {"slope.py", "kit.py"}),
        *(f"u01_lines/shift/{name}" for name in exercise | {"shift.py"}),
    }


def test_no_byte_of_a_solution_reaches_a_student(tiny):
    for path in tiny.solutions.rglob("*.py"):
        path.write_text("SECRET = 1\n")
    started(tiny)
    assert not [path for path in (tiny.base / "ada").rglob("*") if path.is_file() and b"SECRET" in path.read_bytes()]


def test_the_copy_is_a_course_that_loads(tiny):
    started(tiny)
    course = load_course(tiny.base / "ada")
    assert [exercise.slug for exercise in course.exercises] == ["slope", "shift"]
    assert course.solutions is None


def test_again_with_nothing_new_changes_nothing(tiny):
    first = started(tiny)
    again = started(tiny)
    assert set(again.unchanged) == set(first.added)
    assert (again.added, again.updated, again.kept) == ((), (), ())


def test_a_students_work_is_never_overwritten(tiny):
    started(tiny)
    mine = tiny.base / "ada" / STUB
    mine.write_text("def slope(x):\n    return 3\n")
    again = started(tiny)
    assert mine.read_text() == "def slope(x):\n    return 3\n"
    assert (again.kept, again.newer) == ((STUB,), ())


def test_a_students_work_stays_also_when_the_course_changes_the_stub(tiny):
    started(tiny)
    mine = tiny.base / "ada" / STUB
    mine.write_text("# mine\n")
    tiny.write(tiny.root / STUB, "# a new stub\n")
    for expected in ((STUB,), ()):  # the news are told once
        again = started(tiny)
        assert mine.read_text() == "# mine\n"
        assert (again.kept, again.newer) == ((STUB,), expected)


def test_files_that_the_student_left_alone_follow_the_course(tiny):
    started(tiny)
    tiny.write(tiny.root / STUB, "# a new stub\n")
    tiny.write(tiny.public / "README.md", "# clearer\n")
    again = started(tiny)
    assert set(again.updated) == {STUB, STUB.with_name("README.md")}
    assert (tiny.base / "ada" / STUB).read_text() == "# a new stub\n"


def test_a_new_exercise_arrives_beside_the_students_work(tiny):
    tiny.change(tiny.root / "course.toml", '"slope", "shift"', '"slope"')
    started(tiny)
    (tiny.base / "ada" / STUB).write_text("# mine\n")
    tiny.change(tiny.root / "course.toml", '"slope"', '"slope", "shift"')
    again = started(tiny)
    assert Path("u01_lines/shift/shift.py") in again.added
    assert again.kept == (STUB,)


def test_a_deleted_file_comes_back(tiny):
    started(tiny)
    (tiny.base / "ada" / "u01_lines/slope/test_public.py").unlink()
    assert started(tiny).added == (Path("u01_lines/slope/test_public.py"),)


def test_files_that_were_in_the_folder_before_stay(tiny):
    tiny.write(tiny.base / "ada/pytest.ini", "[pytest]\n")
    tiny.write(tiny.base / "ada/todo.txt", "learn\n")
    tiny.write(tiny.root / "pytest.ini", "# the course's\n")
    assert started(tiny).kept == (Path("pytest.ini"),)
    assert (tiny.base / "ada/pytest.ini").read_text() == "[pytest]\n"
    assert (tiny.base / "ada/todo.txt").exists()


def test_the_copy_remembers_where_it_came_from(tiny):
    started(tiny)
    assert origin(tiny.base / "ada") == tiny.root
    assert origin(tiny.base) is None


def test_a_start_that_stopped_half_way_goes_on(tiny):
    started(tiny)
    pristine = tiny.base / "ada/.gradgym/course"
    (pristine / STUB).unlink()  # the file was written, its second copy not yet
    (tiny.base / "ada/u01_lines/shift/README.md").unlink()
    again = started(tiny)
    assert again.added == (Path("u01_lines/shift/README.md"),)
    assert (pristine / STUB).exists()


@pytest.mark.parametrize("folder", [".", "exercises", "exercises/ada", "solutions/ada"])
def test_the_course_itself_is_no_place_to_work_in(tiny, folder):
    with pytest.raises(CourseError, match=r"holds the course itself, or lies in it\. Choose a folder beside it\.$"):
        started(tiny, folder)


def test_another_course_is_no_place_to_work_in(tiny):
    tiny.write(tiny.base / "other/course.toml", "format = 1\n")
    with pytest.raises(CourseError, match=r"other holds another course\. Choose a new or empty folder\.$"):
        started(tiny, "other")


def test_a_file_is_no_folder(tiny):
    tiny.write(tiny.base / "ada", "hello")
    with pytest.raises(CourseError, match=r"ada is a file\. Name a folder, new or empty\.$"):
        started(tiny)


def test_a_students_copy_is_not_copied_on(tiny):
    started(tiny)
    with pytest.raises(CourseError, match=r"ada is a student's copy\. Name the course itself with --course FOLDER\.$"):
        start_course(load_course(tiny.base / "ada"), tiny.base / "bob")


def test_a_folder_that_can_not_be_written_is_told(tiny):
    tiny.write(tiny.base / "ada/u01_lines", "a file where a folder is due")
    with pytest.raises(
        CourseError, match=r"can't be written: .*running `gradgym start` again goes on where this stopped\.$"
    ):
        started(tiny)


def test_files_that_are_made_of_the_course_are_looked_after_like_its_own(tiny):
    made = {STUB.with_suffix(".ipynb"): b"{}"}
    assert not has_notebooks(tiny.base / "ada")
    assert STUB.with_suffix(".ipynb") in start_course(tiny.load(), tiny.base / "ada", made).added
    assert has_notebooks(tiny.base / "ada")
    mine = tiny.base / "ada" / STUB.with_suffix(".ipynb")
    mine.write_text('{"cells": []}')
    again = start_course(tiny.load(), tiny.base / "ada", made)
    assert (again.kept, again.newer) == ((STUB.with_suffix(".ipynb"),), ())
    news = start_course(tiny.load(), tiny.base / "ada", {STUB.with_suffix(".ipynb"): b"{ }"})
    assert news.newer == (STUB.with_suffix(".ipynb"),)
    assert mine.read_text() == '{"cells": []}'


def test_the_stub_as_it_was_handed_out_is_not_what_the_student_made_of_it(tiny):
    started(tiny)
    course = tiny.load()
    copy = load_course(tiny.base / "ada")
    (tiny.base / "ada" / STUB).write_text("# mine\n")
    for loaded in (course, copy):
        stub = stub_as_handed_out(loaded, loaded.exercises[0])
        assert stub.read_bytes() == (tiny.root / STUB).read_bytes()
