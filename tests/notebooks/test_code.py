"""Which cells are graded, in which order, and what the report will say of those that are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.course.model import Exercise
from grader.notebooks.code import code_that_ran
from grader.notebooks.reading import Cell, NotebookError

Make = Callable[..., Any]


def taken(code: Any) -> list[int]:
    """The numbers of the cells that are graded."""
    return list(dict.fromkeys(cell.number for cell, _ in code.places))


def test_tagged_cells_are_the_answer(cell: Make, answer: Make, code: Make) -> None:
    found = code("plot(1)", answer("a = 1"), cell("text", "markdown"), answer("b = 2"), "assert a")
    assert found.source == b"a = 1\nb = 2\n"
    assert taken(found) == [2, 4]
    assert found.unread == (
        "Not read, because it is not a part of the answer (tag `exercise:double_it`): cell 1; cell 5.",
    )


def test_without_tags_all_code_cells_are_the_answer(cell: Make, code: Make) -> None:
    found = code("a = 1", cell("text", "markdown"), cell("raw", "raw"), "b = 2")
    assert found.source == b"a = 1\nb = 2\n"
    assert found.unread == ()


def test_each_line_knows_its_cell(answer: Make, code: Make) -> None:
    found = code("x", answer("a\n\nb"), answer("c"))
    assert [(cell.number, line) for cell, line in found.places] == [(2, 1), (2, 2), (2, 3), (3, 1)]
    assert [found.place(line)[1] for line in (0, 1, 3, 99)] == [1, 1, 3, 1]


@pytest.mark.parametrize(
    "helper",
    [
        "def helper(x):\n    return x",
        "class helper:\n    pass",
        "import math as helper",
        "from math import (\n    sqrt as helper,\n)",
        "helper = 1e-8",
        "helper: float = 1",
        "other, helper = 1, 2",
        "helper = lambda x: g(x)",
        "%matplotlib inline\nasync def helper(): pass",
    ],
)
def test_a_definition_that_the_answer_uses_is_read_as_well(helper: str, answer: Make, code: Make) -> None:
    found = code("def unused(): pass", helper, answer("y = helper"))
    assert taken(found) == [2, 3]
    assert "Read as well, because the answer uses what is defined there: cell 2." in found.notes


@pytest.mark.parametrize(
    "other",
    ["helper = train()", "def helper(): pass\nprint(helper())", "for helper in x: pass", "with a as helper: pass"],
)
def test_a_cell_in_which_something_happens_is_no_definition(other: str, answer: Make, code: Make) -> None:
    assert taken(code(other, answer("y = helper"))) == [2]


def test_what_a_definition_needs_is_read_as_well(answer: Make, code: Make) -> None:
    found = code("def far(): pass", "def near(): far()", answer("y = near()"), "def near2(): pass")
    assert taken(found) == [1, 2, 3]


def test_the_last_definition_counts_and_never_instead_of_the_answers_own(answer: Make, code: Make) -> None:
    assert taken(code("def f(): 1", "def f(): 2", answer("y = f()"))) == [2, 3]
    assert taken(code("def f(): 1", answer("def f(): 2\ny = f()"), "def f(): 3")) == [2]


def test_a_name_in_a_string_or_behind_a_point_needs_nothing(answer: Make, code: Make) -> None:
    assert taken(code("import matplotlib.pyplot as plt", answer("y = 'plt'  # plt\nz = y.plt"))) == [2]


def test_notes_count_what_they_do_not_name(answer: Make, code: Make) -> None:
    found = code("%load_ext gradgym", answer("%a\n%b\n!c\n%d\n%e\nawait f()\n%check double_it"))
    assert found.notes == (
        "Left out, because only a notebook understands it: `%a` (cell 2, line 1); `%b` (cell 2, line 2); "
        "`!c` (cell 2, line 3); and 2 more.",
        "Left out, because `await` outside of a function works only in a notebook: cell 2, line 6.",
    )


def test_cells_of_ours_are_left_out_without_a_word(cell: Make, answer: Make, code: Make) -> None:
    ours = [cell("%load_ext gradgym", tags=["gradgym"]), cell("%check double_it", tags=["gradgym"]), cell("")]
    found = code(ours[0], answer("a = 1"), *ours[1:])
    assert (found.notes, found.unread) == ((), ())
    assert code(*ours, "%kit double_it\nx = 1").notes == ()


@pytest.mark.parametrize(
    ("tags", "metadata"),
    [(["exercise:adam"], {}), (["exercise:adam"], {"gradgym": {"exercise": "double_it"}})],
)
def test_the_notebook_of_another_exercise_is_told(tags: Any, metadata: Any, cell: Make, code: Make) -> None:
    with pytest.raises(NotebookError) as error:
        code(cell("x", tags=tags), metadata=metadata)
    assert str(error.value) == (
        "This is the notebook of adam, and it was sent as double_it. Send the notebook of double_it; "
        "`gradgym notebook double_it` makes one."
    )


def test_a_notebook_without_tags_that_names_another_exercise_is_told(code: Make) -> None:
    with pytest.raises(NotebookError, match="This is the notebook of adam"):
        code("x", metadata={"gradgym": {"exercise": "adam"}})


def test_a_notebook_of_several_exercises_serves_each(cell: Make, answer: Make, code: Make) -> None:
    found = code(cell("class Adam: pass", tags=["exercise:adam"]), answer("a = 1"))
    assert taken(found) == [2]


def test_a_value_with_the_name_of_an_argument_is_no_need(answer: Make, code: Make) -> None:
    assert taken(code("x = 5\nlr = 1", answer("def f(x, *, lr: float = 1):\n    return x"))) == [2]
    assert taken(code("y = 5", answer("def f(x):\n    y = x\n    return y"))) == [2]
    assert taken(code("EPS = 1e-8", answer("def f(x):\n    return x + EPS"))) == [1, 2]
    assert taken(code("def f(x): pass", answer("def g(f):\n    return f"))) == [1, 2]


# What a kernel has run


def ran(number: int, source: str, *tags: str) -> Cell:
    return Cell(number=number, kind="code", source=source, tags=tags, name=f"In [{number}]")


def test_of_what_ran_the_last_definition_counts(double_it: Exercise) -> None:
    cells = [ran(1, "def double_it(x): 1"), ran(2, "double_it(3)"), ran(3, "def double_it(x): 2"), ran(4, "x = 5")]
    assert taken(code_that_ran(cells, double_it, "The notebook")) == [3]


def test_of_what_ran_the_needs_are_found_and_put_in_order(double_it: Exercise) -> None:
    cells = [ran(2, "def double_it(x): return two(x)"), ran(5, "def two(x): return 2 * x"), ran(6, "two(1)")]
    assert taken(code_that_ran(cells, double_it, "The notebook")) == [2, 5]


def test_where_tags_are_known_they_decide(double_it: Exercise) -> None:
    cells = [ran(1, "def double_it(x): 1", "exercise:double_it"), ran(2, "def double_it(x): 2")]
    assert taken(code_that_ran(cells, double_it, "The notebook")) == [1]


def test_when_nothing_fits_it_says_what_to_run(double_it: Exercise) -> None:
    with pytest.raises(NotebookError) as error:
        code_that_ran([ran(1, "x = 1")], double_it, "The notebook")
    assert str(error.value) == (
        "No cell that you have run defines double_it. Run the cell of your answer, then `%check double_it` again."
    )
