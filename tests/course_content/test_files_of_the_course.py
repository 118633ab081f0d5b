"""What can be told of the shipped course without running its code."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
from pathlib import Path

import pytest

from grader.course.model import Course, Exercise

POINTS = {1: 5, 2: 10, 3: 15, 4: 20, 5: 30}


def test_the_course_loads_without_a_problem(course: Course) -> None:
    assert len(course.exercises) >= 12
    assert course.solutions is not None
    assert all(exercise.solution is not None for exercise in course.exercises)


def test_no_folder_was_forgotten_in_course_toml(course: Course) -> None:
    listed = {f"{exercise.unit}/{exercise.slug}" for exercise in course.exercises}
    for root, sign in ((course.root, "exercise.toml"), (course.solutions, "test_hidden.py")):
        assert root is not None
        assert {str(path.parent.relative_to(root)) for path in root.glob(f"*/*/{sign}")} == listed


def test_nothing_is_needed_before_its_turn(course: Course) -> None:
    """What an exercise needs stands above it, in its own unit or in an earlier one."""
    order = [exercise.slug for exercise in course.exercises]
    for exercise in course.exercises:
        for need in exercise.needs:
            assert order.index(need) < order.index(exercise.slug), f"{exercise.slug} needs {need}, which comes later"


def test_points_follow_the_difficulty(exercise: Exercise) -> None:
    assert exercise.points == 1000 * POINTS[exercise.difficulty]


def test_limits_leave_room_for_a_slow_laptop(exercise: Exercise) -> None:
    assert exercise.limits.seconds >= 2
    assert exercise.limits.memory_mb >= 256


def test_facts_are_worth_reading(exercise: Exercise) -> None:
    assert exercise.goal.endswith(".")
    assert exercise.hint.endswith((".", "?", "!"))
    assert exercise.teaches
    assert 5 <= exercise.minutes <= 240


def test_the_stub_is_importable_alone(exercise: Exercise) -> None:
    spec = importlib.util.spec_from_file_location(f"alone_{exercise.slug}", exercise.stub)
    assert spec is not None
    assert spec.loader is not None
    stub = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stub)
    for name in exercise.provides:
        thing = getattr(stub, name)
        assert inspect.getdoc(thing), f"{name} has no docstring"


def test_the_stub_has_the_signatures_of_the_reference(exercise: Exercise) -> None:
    assert exercise.reference is not None
    stub, reference = signatures(exercise.stub), signatures(exercise.reference)
    for name, signature in stub.items():
        assert reference.get(name) == signature


def test_the_statement_has_title_math_and_example(exercise: Exercise) -> None:
    text = exercise.statement.read_text("utf-8")
    assert text.startswith(f"# {exercise.title}\n")
    assert re.search(r"\$[^$]+\$", text), "no formula"
    assert re.search(r"^## .*example", text, re.IGNORECASE | re.MULTILINE), "no worked example"
    assert len(re.findall(r"\d", text[text.lower().index("example") :])) > 20, "no numbers"
    assert 40 <= len(text.splitlines()) <= 150


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "<!--", "lorem"])
def test_no_note_to_the_author_is_left(word: str, exercise: Exercise) -> None:
    for path in (*exercise.folder.glob("*.*"), *(exercise.solution or Path()).glob("*.*")):
        if path.is_file() and path.suffix in (".py", ".md", ".toml"):
            assert word not in path.read_text("utf-8"), f"{path.name} has {word}"


def test_hidden_checks_are_counted_and_titled(exercise: Exercise) -> None:
    assert exercise.hidden_checks_file is not None
    hidden = checks(exercise.hidden_checks_file)
    assert len(hidden) == exercise.hidden_checks
    for name, title in (hidden | checks(exercise.public_checks)).items():
        assert title, f"{name} has no docstring"
        assert not title.endswith("."), f"the title of {name} ends with a full stop: {title}"
        assert len(title) <= 120, f"the title of {name} is long: {title}"


def test_there_are_two_to_six_public_checks(exercise: Exercise) -> None:
    assert 2 <= len(checks(exercise.public_checks)) <= 6


def checks(path: Path) -> dict[str, str]:
    """The names of the check functions in a file, with the first lines of their docstrings."""
    return {
        node.name: (ast.get_docstring(node) or "").partition("\n")[0]
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(mark).startswith("check(") for mark in node.decorator_list)
    }


def signatures(path: Path) -> dict[str, str]:
    """The public functions and methods of a file with their arguments."""
    found = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        for inner in [node, *(node.body if isinstance(node, ast.ClassDef) else [])]:
            if isinstance(inner, ast.FunctionDef) and (inner.name[0] != "_" or inner.name.startswith("__")):
                home = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
                found[home + inner.name] = ast.unparse(inner.args)
    return found
