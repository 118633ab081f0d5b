"""A good course as values."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.keys import IMPORTS
from grader.course.load import load_course
from grader.course.model import CourseError, Limits


def test_a_course_is_read_with_units_and_exercises_in_order(tiny):
    course = tiny.load()
    assert (course.title, course.about) == ("Tiny", "A course of two exercises.")
    assert [(unit.number, unit.title, unit.folder) for unit in course.units] == [(1, "Lines", "u01_lines")]
    assert [exercise.slug for exercise in course.exercises] == ["slope", "shift"]


def test_what_a_file_leaves_out_has_its_default(tiny):
    exercise = tiny.load().exercises[0]
    assert exercise.imports == IMPORTS
    assert exercise.devices == ("cpu",)
    assert exercise.limits == Limits(seconds=4.0, memory_mb=1024)
    assert (exercise.needs, exercise.forbidden, exercise.hint, exercise.formerly) == ((), (), "", ())


def test_an_exercises_own_limits_come_before_the_courses(tiny):
    tiny.write(tiny.toml, tiny.toml.read_text() + "[limits]\nmemory_mb = 256\n")
    assert tiny.load().exercises[0].limits == Limits(seconds=4.0, memory_mb=256)


@pytest.mark.parametrize(
    ("written", "milli"), [("5", 5000), ("1.25", 1250), ("0.001", 1), ("2.300", 2300), ("1e1", 10000), ("0.1", 100)]
)
def test_points_are_exact_milli_points(tiny, written, milli):
    tiny.change(tiny.toml, "points = 2.125", f"points = {written}")
    assert tiny.load().exercises[0].points == milli


def test_groups_are_expanded_and_exceptions_kept(tiny):
    tiny.add('forbidden = ["SIGMOIDS", "!torch.sigmoid"]')
    forbidden = tiny.load().exercises[0].forbidden
    assert "torch.Tensor.sigmoid" in forbidden
    assert "!torch.sigmoid" in forbidden


def test_an_exercise_may_narrow_the_imports(tiny):
    tiny.add('imports = ["math"]')
    assert tiny.load().exercises[0].imports == ("math",)


def test_files_with_a_byte_order_mark_are_read(tiny):
    tiny.write(tiny.toml, b"\xef\xbb\xbf" + tiny.toml.read_bytes())
    assert tiny.load().exercises[0].title == "The slope"


def test_the_solutions_beside_the_exercises_are_found(tiny):
    exercise = tiny.load().exercises[0]
    assert exercise.reference == tiny.solution / "slope.py"
    assert exercise.mistakes == tiny.solution / "mistakes.py"


def test_solutions_may_lie_elsewhere(tiny):
    elsewhere = tiny.solutions.rename(tiny.base / "private")
    assert tiny.load().solutions is None
    assert load_course(tiny.root, elsewhere).exercises[0].solution == elsewhere / "u01_lines" / "slope"


def test_a_students_copy_never_takes_a_solutions_folder_beside_it(tiny):
    (tiny.root / ".gradgym" / "course").mkdir(parents=True)
    assert tiny.load().solutions is None


def test_a_students_copy_loads_whatever_the_student_did_to_the_stub(tiny):
    (tiny.root / ".gradgym" / "course").mkdir(parents=True)
    (tiny.public / "slope.py").unlink()
    tiny.write(tiny.root / "u01_lines" / "shift" / "shift.py", b"\xff")
    assert len(tiny.load().exercises) == 2


def test_a_link_inside_the_course_is_fine(tiny):
    readme = tiny.public / "README.md"
    readme.unlink()
    readme.symlink_to("../shift/README.md")
    assert tiny.load().exercises[0].statement.read_text() == "# shift\n"


def test_with_on_error_one_broken_exercise_does_not_hide_the_others(tiny):
    tiny.add("colour = 3")
    broken: dict[str, CourseError] = {}
    course = load_course(tiny.root, on_error=broken.__setitem__)
    assert [exercise.slug for exercise in course.exercises] == ["shift"]
    assert list(broken) == ["slope"]


def test_loading_a_course_imports_no_torch():
    modules = "grader.course.load, grader.course.new, grader.course.hash, grader.course.start"
    code = f"import sys, {modules}; print('torch' in sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
