"""Notebooks behind the wall: the right grade, places told as cells, and a sentence for what can't be graded."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from grader.api import Grader, Submission
from grader.course.model import Exercise
from grader.report import Report, Verdict, from_dict, to_dict
from grader.report.html import render_html
from grader.report.junit import to_junit
from grader.report.plain_text import report_lines

pytestmark = pytest.mark.jail

Make = Callable[..., Any]
GradeNotebook = Callable[..., Report]


def passed(report: Report) -> bool:
    return report.verdict is Verdict.PASSED and report.score == report.max_score > 0


# Odd notebooks that hold a right answer


def test_a_tagged_right_answer_gets_all_points(grade_notebook: GradeNotebook, cell: Make, answer: Make) -> None:
    report = grade_notebook(cell("# Mine", "markdown"), answer())
    assert passed(report)
    assert report.submission == "subs/ada.ipynb"
    assert report.notes == ()


def test_magics_and_shell_lines_do_no_harm(grade_notebook: GradeNotebook, answer: Make, right: str) -> None:
    source = (
        "%matplotlib inline\n!pip install torch\npip install x\n" + right + "\ndouble_it?\nfiles = !ls\ndisplay(1)\n"
    )
    report = grade_notebook(answer(source))
    assert passed(report)
    assert report.notes[0].startswith(
        "Left out, because only a notebook understands it: `%matplotlib inline` (cell 1, "
    )


def test_top_level_await_does_no_harm(grade_notebook: GradeNotebook, answer: Make, right: str) -> None:
    report = grade_notebook(answer(right + "\nimport torch\nx = await train()\nfor a in [1]:\n    await a\n"))
    assert passed(report)
    assert "`await` outside of a function" in report.notes[0]


@pytest.mark.parametrize("magic", ["%%time\n", "%%capture out\n", "%%writefile double_it.py\n"])
def test_cell_magics_around_an_answer_do_no_harm(
    magic: str, grade_notebook: GradeNotebook, answer: Make, right: str
) -> None:
    assert passed(grade_notebook(answer(magic + right)))


def test_doubled_cell_ids_do_no_harm(grade_notebook: GradeNotebook, cell: Make, answer: Make) -> None:
    assert passed(grade_notebook(cell("x = 1", id="same"), {**answer(), "id": "same"}))


def test_fifty_megabytes_of_outputs_do_no_harm(grade_notebook: GradeNotebook, answer: Make) -> None:
    large = [{"output_type": "stream", "name": "stdout", "text": "x" * (50 << 20)}]
    assert passed(grade_notebook({**answer(), "outputs": large}))


def test_broken_outputs_do_no_harm(grade_notebook: GradeNotebook, answer: Make) -> None:
    assert passed(grade_notebook({**answer(), "outputs": [5, None, {"output_type": []}], "execution_count": "x"}))


def test_format_3_is_graded_as_it_is(grade_notebook: GradeNotebook, right: str) -> None:
    old = {"cell_type": "code", "input": right.splitlines(keepends=True), "language": "python", "outputs": []}
    data = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [old]}]})
    assert passed(grade_notebook(data.encode()))


def test_experiments_beside_a_tagged_answer_do_no_harm(grade_notebook: GradeNotebook, answer: Make) -> None:
    report = grade_notebook("import os\nraise SystemExit", answer(), "def broken(:", "%%html\n<b>")
    assert passed(report)
    assert report.notes == ()  # what was not read is told only where something is missing


def test_an_answer_in_several_cells_with_a_helper_gets_all_points(
    grade_notebook: GradeNotebook, answer: Make, right: str
) -> None:
    head, tail = right.split("    return")
    report = grade_notebook("def twice(x):\n    return 2 * x", answer(head + "    return twice(x)\n"))
    assert passed(report)
    assert report.notes == ("Read as well, because the answer uses what is defined there: cell 1.",)
    assert tail


def test_a_name_in_capitals_is_a_notebook_too(
    grader: Grader, double_it: Exercise, notebook: Make, answer: Make
) -> None:
    assert passed(grader.grade(Submission("ADA.IPYNB", notebook(answer())), double_it))


# Places


def test_an_exception_names_cell_and_line(grade_notebook: GradeNotebook, cell: Make, answer: Make) -> None:
    crash = "%matplotlib inline\n\ndef double_it(x):\n    return {}['x']\n"
    report = grade_notebook(cell("# a", "markdown"), "y = 1", answer(crash))
    where = report.checks[0].where
    assert where is not None
    assert (where.file, where.cell, where.line, where.source) == ("ada.ipynb", 3, 4, "return {}['x']")
    assert where.function == "double_it"
    told = to_dict(report)["checks"][0]["where"]
    assert (told["file"], told["cell"], told["line"]) == ("ada.ipynb", 3, 4)
    assert from_dict(to_dict(report)) == report
    for page in (render_html([report], title="x"), to_junit([report])):
        assert "ada.ipynb, cell 3, line 4, in double_it" in page


def test_a_syntax_error_names_cell_and_line(grade_notebook: GradeNotebook) -> None:
    report = grade_notebook("x = 1", "%time y = 2\ndef f(:\n    pass")
    assert report.verdict is Verdict.CRASHED
    assert "Python can't read the file" in report.message
    assert "ada.ipynb, cell 2, line 2\n  def f(:" in report_lines(report)


def test_a_line_that_is_named_inside_a_message_is_told_as_a_cells(grade_notebook: GradeNotebook) -> None:
    report = grade_notebook("x = 1", "y = 2\ndef f():", "z = 3")
    assert report.message.endswith("after function definition on line 2 of cell 2.")
    assert report.where is not None
    assert (report.where.cell, report.where.line) == (3, 1)
    assert "Line 2 of cell 2 holds a null byte." in grade_notebook("x = 1", "\ny = '\0'").message


def test_a_forbidden_name_names_cell_and_line(grade_notebook: GradeNotebook, answer: Make, right: str) -> None:
    report = grade_notebook("import subprocess", answer("\nimport shutil\n" + right))
    assert report.verdict is Verdict.FORBIDDEN
    assert report.where is not None
    assert (report.where.file, report.where.cell, report.where.line) == ("ada.ipynb", 2, 2)


def test_what_is_missing_is_told_of_the_notebook(grade_notebook: GradeNotebook, answer: Make, right: str) -> None:
    report = grade_notebook(right, answer("x = 1"))
    assert report.verdict is Verdict.NOT_WRITTEN
    assert report.checks[0].rationale.startswith("ada.ipynb doesn't define double_it.")
    assert report.notes == ("Not read, because it is not a part of the answer (tag `exercise:double_it`): cell 1.",)


def test_what_python_prints_names_cell_and_line(grade_notebook: GradeNotebook, answer: Make) -> None:
    source = (
        "import traceback, warnings\n"
        "def double_it(x):\n"
        "    warnings.warn('slow')\n"
        "    try:\n"
        "        return {}['x']\n"
        "    except KeyError:\n"
        "        traceback.print_exc()\n"
    )
    report = grade_notebook("x = 1", answer(source))
    assert "ada.ipynb, cell 2, line 3: UserWarning: slow" in report.stderr
    assert "ada.ipynb, cell 2, line 5, in double_it" in report.stderr
    assert "/submission/" not in report.stderr


def test_a_line_in_an_exceptions_own_words_is_left_alone(grade_notebook: GradeNotebook, answer: Make) -> None:
    report = grade_notebook(answer("def double_it(x):\n    raise RuntimeError('bad line 2')\n"))
    assert "bad line 2" in report.checks[0].rationale
    assert "cell" not in report.checks[0].rationale


def test_checks_are_heard_of_in_cells(grader: Grader, double_it: Exercise, notebook: Make, answer: Make) -> None:
    heard: list[Any] = []
    data = notebook("x = 1", answer("def double_it(x):\n    return {}['x']\n"))
    report = grader.grade(Submission("a.ipynb", data), double_it, on_check=lambda check, outcome: heard.append(outcome))
    assert heard[0].where == report.checks[0].where
    assert heard[0].where.cell == 2


# What can't be graded


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"def double_it(x): return 2 * x\n", "This is not a notebook: the file is not JSON"),
        (b"\x00\x01\x02\xff" * 1000, "This is not a notebook: the file is not JSON"),
        (b"[1, 2]", "This is JSON, but no notebook"),
        (b'{"nbformat": 4, "cells": []}', "The notebook has no code cells."),
        (b'{"nbformat": 2, "worksheets": []}', "The notebook has format 2"),
        (b" " * (65 << 20) + b"{}", "The notebook is too large"),
    ],
    ids=["empty", "python", "binary", "list", "no code cells", "format 2", "too large"],
)
def test_a_bad_notebook_gets_one_sentence_and_no_points(
    data: bytes, sentence: str, grade_notebook: GradeNotebook
) -> None:
    report = grade_notebook(data)
    assert (report.verdict, report.score, report.checks) == (Verdict.CRASHED, 0, ())
    assert report.message.startswith(sentence)
    assert report.max_score == 3000
    assert report_lines(report).splitlines()[1:] == [report.message]


def test_the_notebook_of_another_exercise_gets_one_sentence(grade_notebook: GradeNotebook, cell: Make) -> None:
    report = grade_notebook(cell("x = 1", tags=["exercise:counter"]))
    assert report.message.startswith("This is the notebook of counter, and it was sent as double_it.")
    assert (report.verdict, report.score) == (Verdict.CRASHED, 0)


def test_a_notebook_with_too_much_code_is_told_as_a_file_is(grade_notebook: GradeNotebook) -> None:
    report = grade_notebook("x = 1\n" * 60_000)
    assert "at most 262144 bytes are read" in report.message


def test_a_cell_of_another_language_alone_defines_nothing(grade_notebook: GradeNotebook) -> None:
    report = grade_notebook("%%bash\nrm -rf ~\n")
    assert report.verdict is Verdict.NOT_WRITTEN
    assert "`%%bash` (cell 1, line 1)" in report.notes[0]
