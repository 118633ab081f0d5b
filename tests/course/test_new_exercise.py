"""New exercises and courses: complete, listed, loadable; and nothing left behind when something is wrong."""

from __future__ import annotations

import ast
import runpy
import tomllib
from pathlib import Path

import pytest

from grader.course.load import load_course
from grader.course.model import CourseError
from grader.course.new import new_course, new_exercise


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def functions(path: Path, prefix: str = "test_") -> list[str]:
    tree = ast.parse(path.read_text())
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith(prefix)]


def test_a_new_exercise_is_complete_and_listed_last(tiny):
    new_exercise(tiny.root, "u01_lines/bend")
    course = tiny.load()
    assert [exercise.slug for exercise in course.exercises] == ["slope", "shift", "bend"]
    exercise = course.exercises[-1]
    assert (exercise.title, exercise.points, exercise.provides) == ("Bend", 5000, ("bend",))
    assert 'exercises = ["slope", "shift", "bend"]  # in this order' in (tiny.root / "course.toml").read_text()


def test_no_placeholder_is_left_in_a_new_exercise(tiny):
    written = new_exercise(tiny.root, "u01_lines/bend")
    assert len(written) == 8
    assert not [
        path for path in written if "@" in path.name or "@slug@" in path.read_text() or "@Title@" in path.read_text()
    ]


def test_a_new_exercise_has_the_checks_it_promises(tiny):
    new_exercise(tiny.root, "u01_lines/bend")
    exercise = tiny.load().exercises[-1]
    hidden = functions(exercise.hidden_checks_file)
    assert len(hidden) == exercise.hidden_checks == 2
    assert len(functions(exercise.public_checks)) == 1
    mistakes = exercise.mistakes.read_text()
    assert f'caught_by="{hidden[0]}"' in mistakes
    assert functions(exercise.mistakes, "probe") == ["probe"]
    old_texts = ["target - here", "here + rate * way"]
    assert [exercise.reference.read_text().count(old) for old in old_texts] == [1, 1]


def test_stub_and_reference_have_the_same_signature_and_only_the_stub_is_unwritten(tiny):
    new_exercise(tiny.root, "u01_lines/bend")
    exercise = tiny.load().exercises[-1]
    stub, reference = (ast.parse(path.read_text()).body[-1] for path in (exercise.stub, exercise.reference))
    assert ast.unparse(stub.args) == ast.unparse(reference.args)
    assert ast.get_docstring(stub) == ast.get_docstring(reference)
    assert ast.unparse(stub.body[-1]) == "raise NotImplementedError"


def test_no_line_of_the_new_reference_stands_in_the_public_files(tiny):
    new_exercise(tiny.root, "u01_lines/bend")
    exercise = tiny.load().exercises[-1]
    function = ast.parse(exercise.reference.read_text()).body[-1]
    public = "".join(path.read_text() for path in exercise.folder.iterdir())
    assert not [node for node in function.body[1:] if ast.unparse(node) in public]


def test_the_new_reference_is_right_and_the_mistake_is_not(tiny):
    import torch

    new_exercise(tiny.root, "u01_lines/bend")
    reference = tiny.load().exercises[-1].reference
    here, target = torch.tensor([1.0, 2.0]), torch.tensor([5.0, 2.0])
    assert runpy.run_path(str(reference))["bend"](here, target, 0.25).tolist() == [2.0, 2.0]
    tiny.change(reference, "target - here", "here - target")
    assert runpy.run_path(str(reference))["bend"](here, target, 0.25).tolist() == [0.0, 2.0]


def test_a_unit_that_is_not_there_is_made(tiny):
    new_exercise(tiny.root, "u07_more_lines/bend")
    unit = tiny.load().units[-1]
    assert (unit.folder, unit.number, unit.title) == ("u07_more_lines", 2, "More lines")


def test_a_listed_exercise_without_folder_is_filled_in(tiny):
    tiny.change(tiny.root / "course.toml", '"shift"', '"shift", "bend"')
    new_exercise(tiny.root, "u01_lines/bend")
    assert [exercise.slug for exercise in tiny.load().exercises] == ["slope", "shift", "bend"]


def test_another_broken_exercise_does_not_stand_in_the_way(tiny):
    tiny.add("colour = 3")
    new_exercise(tiny.root, "u01_lines/bend")
    assert '"bend"' in (tiny.root / "course.toml").read_text()


@pytest.mark.parametrize(
    "before",
    [
        'exercises = ["slope", "shift"]',
        'exercises = ["slope", "shift",]',
        'exercises = [ "slope", "shift" ]  # all ["of"] them',
        'exercises = [\n    "slope",\n    "shift",\n]',
        'exercises = [\n    "slope",  # the "first"\n    "shift"  # the "last" ]\n]',
        'exercises = [\n    "slope", "shift",\n    # "bend" comes later\n]',
        'exercises = [\n    "slope",\n    "shift"]',
        "exercises = [\n    'slope',\n    'shift'\n]",
        "exercises = ['slope', 'shift']",
        'exercises = ["slope", "shift"]\r\n# windows',
    ],
)
def test_the_list_is_changed_and_its_comments_stay(tiny, before):
    tiny.change(tiny.root / "course.toml", 'exercises = ["slope", "shift"]  # in this order', before)
    old = (tiny.root / "course.toml").read_bytes().decode()
    new_exercise(tiny.root, "u01_lines/bend")
    text = (tiny.root / "course.toml").read_bytes().decode()
    assert tomllib.loads(text)["unit"] == [{"folder": "u01_lines", "exercises": ["slope", "shift", "bend"]}]
    kept = iter(text)
    assert all(sign in kept for sign in old), "something of the old text is gone"


def test_a_second_unit_is_not_confused_with_the_first(tiny):
    new_exercise(tiny.root, "u02_more/bend")
    new_exercise(tiny.root, "u01_lines/twist")
    new_exercise(tiny.root, "u02_more/turn")
    assert [[exercise.slug for exercise in unit.exercises] for unit in tiny.load().units] == [
        ["slope", "shift", "twist"],
        ["bend", "turn"],
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bend", '"bend" is not UNIT/SLUG. Write both, such as u01_lines/my_exercise.'),
        ("a/b/c", '"a/b/c" is not UNIT/SLUG. Write both, such as u01_lines/my_exercise.'),
        (
            "u01_lines/Bend",
            (
                '"Bend" can\'t name an exercise: it must be lower-case letters, digits and underscores, '
                "and begin with a letter. Choose another name."
            ),
        ),
        (
            "../bend",
            (
                '".." can\'t name a unit: it must be lower-case letters, digits and underscores, '
                "and begin with a letter. Choose another name."
            ),
        ),
        (
            "u01_lines/json",
            (
                "\"json\" can't name an exercise: it is the name of a module of Python's standard library. "
                "Choose another name."
            ),
        ),
        ("u02_more/slope", 'There is an exercise "slope" already, in u01_lines. Choose another name.'),
        (
            "u01_lines/slope",
            "exercises/u01_lines/slope is there already. Choose another name, or move that folder away.",
        ),
    ],
)
def test_a_name_that_can_not_be_used_changes_nothing(tiny, name, sentence, monkeypatch):
    monkeypatch.chdir(tiny.base)
    before = snapshot(tiny.base)
    with pytest.raises(CourseError) as caught:
        new_exercise(tiny.root, name)
    assert str(caught.value) == sentence
    assert snapshot(tiny.base) == before


def test_a_course_that_can_not_be_edited_is_left_as_it_was(tiny):
    text = 'format = 1\ntitle = "Tiny"\nunit = [{folder = "u01_lines", exercises = ["slope", "shift"]}]\n'
    tiny.write(tiny.root / "course.toml", text)
    before = snapshot(tiny.base)
    with pytest.raises(CourseError, match=r'Add "bend" to u02_more yourself\.$'):
        new_exercise(tiny.root, "u02_more/bend")
    assert snapshot(tiny.base) == before
    assert not (tiny.root / "u02_more").exists()


def test_a_new_exercise_that_does_not_load_is_taken_back(tiny):
    tiny.change(tiny.root / "course.toml", "format = 1", 'format = 1\nimports = ["math"]')
    tiny.write(tiny.root / "u02_more/unit.toml", "nonsense")
    before = snapshot(tiny.base)
    with pytest.raises(CourseError, match=r"u02_more/unit\.toml is not valid TOML"):
        new_exercise(tiny.root, "u02_more/bend")
    assert snapshot(tiny.base) == before


def test_a_course_without_solutions_gets_no_exercise(tiny):
    tiny.solutions.rename(tiny.base / "away")
    with pytest.raises(CourseError, match=r"This course has no solutions, .* Put them in .*solutions first\.$"):
        new_exercise(tiny.root, "u01_lines/bend")


def test_a_students_copy_gets_no_exercise(tiny):
    (tiny.root / ".gradgym/course").mkdir(parents=True)
    with pytest.raises(CourseError, match=r"is a student's copy\. Exercises are added to the course itself\.$"):
        new_exercise(tiny.root, "u01_lines/bend")


def test_a_new_course_loads_and_takes_exercises(tmp_path):
    new_course(tmp_path / "mine")
    assert (tmp_path / "mine/README.md").is_file()
    new_exercise(tmp_path / "mine/exercises", "u02_next/bend")
    course = load_course(tmp_path / "mine/exercises")
    assert [exercise.slug for exercise in course.exercises] == ["part_way", "bend"]
    assert course.solutions == tmp_path / "mine/solutions"


def test_a_new_course_goes_into_an_empty_repository(tmp_path):
    (tmp_path / ".git").mkdir()
    new_course(tmp_path)
    assert (tmp_path / "exercises/course.toml").is_file()


def test_a_new_course_never_goes_into_a_folder_with_files(tmp_path):
    (tmp_path / "thesis.tex").write_text("important")
    with pytest.raises(CourseError, match=r"is not empty\. Choose a new or empty folder\.$"):
        new_course(tmp_path)
    assert snapshot(tmp_path) == {"thesis.tex": b"important"}
