"""Every exercise of the course as a notebook."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.course.load import load_course
from grader.course.model import Course, Exercise
from grader.notebooks.code import code_of
from grader.notebooks.making import notebook_of, sections

COURSE = Path(__file__).parents[2] / "exercises"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "shipped" in metafunc.fixturenames:
        exercises = load_course(COURSE, on_error=lambda slug, error: None).exercises
        metafunc.parametrize("shipped", exercises, ids=[exercise.slug for exercise in exercises])


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(COURSE, on_error=lambda slug, error: None)


def cells_of(text: str) -> dict[str, Any]:
    return {cell["id"]: cell for cell in json.loads(text)["cells"]}


def test_the_notebook_is_valid_and_always_the_same(course: Course, shipped: Exercise) -> None:
    text = notebook_of(course, shipped)
    nbformat.validate(nbformat.reads(text, 4))
    assert text == notebook_of(course, shipped)
    assert json.loads(text)["metadata"]["gradgym"] == {"exercise": shipped.slug}


def test_cells_have_stable_ids_and_tags(course: Course, shipped: Exercise) -> None:
    cells = cells_of(notebook_of(course, shipped))
    tags = {name.removeprefix(f"{shipped.slug}-"): cell["metadata"].get("tags") for name, cell in cells.items()}
    assert {name: tag for name, tag in tags.items() if tag} == {
        "setup": ["gradgym"],
        "answer": [f"exercise:{shipped.slug}"],
        "check": ["gradgym"],
    }
    assert len(cells) == len(json.loads(notebook_of(course, shipped))["cells"])


def test_nothing_of_statement_and_stub_is_lost(course: Course, shipped: Exercise) -> None:
    cells = cells_of(notebook_of(course, shipped))
    statement = ["".join(cell["source"]) for name, cell in cells.items() if "-statement-" in name]
    told = "\n\n".join(statement).split()
    assert told == shipped.statement.read_text("utf-8").split()
    assert all(text.startswith("#") for text in statement)
    assert "".join(cells[f"{shipped.slug}-answer"]["source"]) == shipped.stub.read_text("utf-8").strip()


def test_the_public_checks_are_shown_and_can_be_asked(course: Course, shipped: Exercise) -> None:
    cells = cells_of(notebook_of(course, shipped))
    about = "".join(cells[f"{shipped.slug}-about-the-checks"]["source"])
    checks = shipped.public_checks.read_text("utf-8")
    assert checks.strip() in about
    for node in ast.parse(checks).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            assert f"\n- {(ast.get_docstring(node) or '').splitlines()[0]}\n" in about
    assert "".join(cells[f"{shipped.slug}-check"]["source"]) == f"%check {shipped.slug}"
    setup = "".join(cells[f"{shipped.slug}-setup"]["source"])
    assert setup.splitlines()[0] == "%load_ext gradgym"
    assert (f"%kit {shipped.slug}" in setup) == (shipped.kit is not None)


def test_filled_with_the_reference_it_is_the_reference(course: Course, shipped: Exercise) -> None:
    assert shipped.reference is not None
    notebook = json.loads(notebook_of(course, shipped))
    (answer,) = [cell for cell in notebook["cells"] if cell["id"] == f"{shipped.slug}-answer"]
    answer["source"] = shipped.reference.read_text("utf-8")
    code = code_of(json.dumps(notebook).encode(), shipped, "ada.ipynb")
    assert code.source.decode().rstrip() == shipped.reference.read_text("utf-8").rstrip()
    assert (code.notes, code.unread) == ((), ())


def test_without_its_tags_it_still_is_the_reference(course: Course, shipped: Exercise) -> None:
    assert shipped.reference is not None
    notebook = json.loads(notebook_of(course, shipped))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        if cell["id"] == f"{shipped.slug}-answer":
            cell["source"] = shipped.reference.read_text("utf-8")
    code = code_of(json.dumps(notebook).encode(), shipped, "ada.ipynb")
    assert code.source.decode().strip() == shipped.reference.read_text("utf-8").strip()
    assert code.notes == ()


def test_a_statement_is_cut_at_headings_and_not_in_code() -> None:
    text = (
        "<!-- for authors -->\n# A\n\ntext\n\n```python\n# no heading\n```\n## B\n~~~~\n# no\n~~~\n# no\n~~~~\n### C\n"
    )
    assert [part.splitlines()[0] for part in sections(text)] == ["# A", "## B", "### C"]
    assert sections("text\n# A\n") == ["text", "# A"]
    assert sections("") == []
