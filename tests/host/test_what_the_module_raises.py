"""An exception over there reaches the check as StudentRaised: class, message and the student's own line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.checks.failure import StudentRaised
from grader.host.session import Session
from grader.wire.messages import Loaded

Connect = Callable[..., Session]

MODULE = (
    '''\
import torch


class TooSteep(ValueError):
    """Of the student's own."""


class Silent(Exception):
    def __str__(self):
        raise RuntimeError("no message")


def plain():
    raise ValueError("the rate is negative")


def deeper(n):
    if n == 0:
        return 1 / 0
    return deeper(n - 1)


def own():
    raise TooSteep("very")


def in_torch(x):
    return (
        x @ x
    )


class Cell:
    def __init__(self):
        self.gate = {}["missing"]

    def open(self):
        assert False, "shut"


def silent(): raise Silent
def long(): raise ValueError("x" * 100_000)
def surrogates(): raise ValueError("a\\ud800b\\x1b[31m")
def leave(): raise SystemExit(3)
def interrupt(): raise KeyboardInterrupt
def stop(): raise StopIteration("early")
def forever(n=0): return forever(n + 1)
def changes_and_raises(x):
    x += 1
    raise ValueError("too late")
def chained():
    try:
        plain()
    except ValueError as first:
        raise KeyError("second") from first
def group(): raise ExceptionGroup("many", [ValueError("one"), TypeError("two")])
def not_written(): raise NotImplementedError
def from_a_callback(f): return f(3)
long_line = lambda: {}["'''
    + "k" * 500
    + """"]
"""
)

KIT = """
def run(f, *args):
    return f(*args)

def breaks():
    raise OSError("the kit's own trouble")
"""


@pytest.fixture
def module(connect: Connect) -> Any:
    return connect(MODULE, kit=KIT, slug="steps").module


def raised_by(action: Callable[[], object]) -> StudentRaised:
    with pytest.raises(StudentRaised) as caught:
        action()
    return caught.value


def line_of(text: str) -> int:
    return MODULE.splitlines().index(text) + 1


def test_class_message_and_place_are_told(module: Any) -> None:
    raised = raised_by(module.plain)
    assert raised.type_name == "ValueError"
    assert raised.bases == ("ValueError", "Exception", "BaseException")
    assert raised.message == "the rate is negative"
    assert str(raised) == "ValueError: the rate is negative"
    assert raised.where is not None
    assert (raised.where.file, raised.where.function) == ("steps.py", "plain")
    assert raised.where.line == line_of('    raise ValueError("the rate is negative")')
    assert raised.where.source == 'raise ValueError("the rate is negative")'


def test_the_innermost_line_of_the_students_file_is_named(module: Any) -> None:
    raised = raised_by(lambda: module.deeper(5))
    assert raised.where is not None
    assert raised.where.source == "return 1 / 0"
    assert raised.where.function == "deeper"


def test_an_error_inside_torch_is_placed_where_the_student_called_it(module: Any) -> None:
    raised = raised_by(lambda: module.in_torch(torch.zeros(2, 3)))
    assert raised.type_name == "RuntimeError"
    assert raised.where is not None
    assert (raised.where.function, raised.where.line) == ("in_torch", line_of("        x @ x"))


def test_an_error_inside_the_kit_is_placed_at_the_students_function(module: Any) -> None:
    raised = raised_by(lambda: module.kit.run(module.plain))
    assert raised.where is not None
    assert raised.where.function == "plain"


def test_an_error_of_the_kit_alone_has_no_place_in_the_students_file(module: Any) -> None:
    raised = raised_by(module.kit.breaks)
    assert (raised.type_name, raised.where) == ("OSError", None)


def test_a_class_of_the_students_own_keeps_its_bases(module: Any) -> None:
    raised = raised_by(module.own)
    assert raised.type_name == "TooSteep"
    assert raised.bases[:2] == ("TooSteep", "ValueError")


def test_errors_of_methods_and_constructors_name_the_method(module: Any) -> None:
    raised = raised_by(module.Cell)
    assert raised.where is not None
    assert (raised.type_name, raised.where.function) == ("KeyError", "__init__")


def test_the_last_of_chained_exceptions_counts(module: Any) -> None:
    raised = raised_by(module.chained)
    assert (raised.type_name, raised.message) == ("KeyError", "'second'")


def test_a_group_of_exceptions_is_one(module: Any) -> None:
    assert raised_by(module.group).type_name == "ExceptionGroup"


def test_a_message_that_cannot_be_made_is_said(module: Any) -> None:
    assert raised_by(module.silent).message == "(its message can't be shown: RuntimeError)"


def test_a_long_message_is_cut(module: Any) -> None:
    raised = raised_by(module.long)
    assert raised.message == "x" * 2000


def test_a_long_line_is_cut(module: Any) -> None:
    raised = raised_by(module.long_line)
    assert len(raised.message) < 600
    assert raised.where is not None
    assert len(raised.where.source) == 300


def test_a_message_with_broken_characters_arrives(module: Any) -> None:
    assert raised_by(module.surrogates).message.startswith("a?b")


@pytest.mark.parametrize(
    ("name", "class_name"),
    [("leave", "SystemExit"), ("interrupt", "KeyboardInterrupt"), ("stop", "StopIteration"), ("not_written", None)],
)
def test_exceptions_that_end_programs_are_only_values_here(module: Any, name: str, class_name: str | None) -> None:
    raised = raised_by(getattr(module, name))
    assert raised.type_name == (class_name or "NotImplementedError")
    assert raised_by(module.plain).type_name == "ValueError"  # it lives on


def test_endless_recursion_is_an_error_with_a_place(module: Any) -> None:
    raised = raised_by(module.forever)
    assert raised.type_name == "RecursionError"
    assert raised.where is not None
    assert raised.where.function == "forever"
    assert raised_by(module.plain).type_name == "ValueError"


def test_changes_made_before_an_error_come_back(module: Any) -> None:
    x = torch.zeros(2)
    raised_by(lambda: module.changes_and_raises(x))
    assert x.tolist() == [1, 1]


def test_an_error_at_import_is_told_when_the_check_begins(connect: Connect) -> None:
    there = connect("import torch\n\nx = torch.zeros(2) @ torch.zeros(3)\n", begin=False)
    raised = raised_by(lambda: there.begin(0))
    assert raised.type_name == "RuntimeError"
    assert raised.where is not None
    assert (raised.where.line, raised.where.function) == (3, "")
    assert raised.where.source == "x = torch.zeros(2) @ torch.zeros(3)"


REFUSED: dict[str, tuple[str, str, int, str]] = {
    "a syntax error": ("x = 1\ndef f(:\n    pass\n", "syntax", 2, "def f(:"),
    "an open bracket": ("x = (1,\n", "syntax", 1, "x = (1,"),
    "tabs and spaces": ("if True:\n\tx = 1\n        y = 2\n", "syntax", 3, "y = 2"),
    "a module that is not allowed": ("x = 1\nimport socket\n", "forbidden", 2, "import socket"),
    "a folder beside": ("from . import solution\n", "forbidden", 1, "from . import solution"),
    "a forbidden name": ("import torch\ny = 1\ntorch.add(y, 1)\n", "forbidden", 3, "torch.add(y, 1)"),
    "a forbidden name under another": (
        "from torch import add as plus\n",
        "forbidden",
        1,
        "from torch import add as plus",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(connect: Connect, name: str) -> None:
    text, problem, line, source = REFUSED[name]
    there = connect("", begin=False)
    loaded = reload(there, text.encode())
    assert loaded.problem == problem
    assert loaded.where is not None
    assert (loaded.where.line, loaded.where.source) == (line, source)
    assert loaded.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x = 1\ny = '\xff\xfe'\n", "not UTF-8 (byte 11, line 2)"),
        ("x = 1\n".encode("utf-16"), "not UTF-8"),
        (b"x = 1\n\ny\0 = 2\n", "Line 3 holds a null byte"),
    ],
)
def test_a_file_that_is_no_text_is_refused(connect: Connect, data: bytes, words: str) -> None:
    loaded = reload(connect("", begin=False), data)
    assert loaded.problem == "text"
    assert words in loaded.message


def test_a_file_nested_too_deeply_is_refused(connect: Connect) -> None:
    loaded = reload(connect("", begin=False), b"x = " + b"(" * 20_000 + b")" * 20_000)
    assert loaded.problem == "syntax"


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbfx = 1\n", b"# -*- coding: utf-8 -*-\nx = 1\r\n", b"x = 1\ry = 2\r", b"", b"\n\n"]
)
def test_files_that_look_odd_are_fine(connect: Connect, data: bytes) -> None:
    there = connect("", begin=False)
    assert reload(there, data) == Loaded()
    assert there.begin(0) == []


def reload(there: Session, data: bytes) -> Loaded:
    from grader.wire.messages import Load

    return there.load(Load("steps", data, None, [], ["torch.add"], ["torch"], "cpu"))
