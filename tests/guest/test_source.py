"""The student's file as a module: read, imported afresh, and found again in tracebacks."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator

import pytest

from grader.guest.forbidden import Forbidden
from grader.guest.source import Source, compile_source, read_submission

RULES = Forbidden([], ["math"])


@pytest.fixture(autouse=True)
def _modules_as_before() -> Iterator[None]:
    before = dict(sys.modules)
    yield
    for name in set(sys.modules) - set(before):
        del sys.modules[name]


def read(data: bytes) -> Source:
    source, loaded = read_submission("adam_step", data, RULES)
    assert source is not None, loaded
    return source


def test_each_import_is_a_new_module() -> None:
    source = read(b"seen = []\n")
    one, other = source.fresh_module(), source.fresh_module()
    one.seen.append(1)
    assert other.seen == []
    assert sys.modules["adam_step"] is other


def test_the_module_knows_its_name_and_its_file() -> None:
    module = read(b"name = __name__\nfile = __file__\n").fresh_module()
    assert (module.name, module.file) == ("adam_step", "/submission/adam_step.py")


def test_dataclasses_and_named_tuples_work() -> None:
    source = compile_source(
        "task",
        "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom typing import NamedTuple\n"
        "@dataclass\nclass A:\n    x: int = 1\nclass B(NamedTuple):\n    y: int\n",
    )
    module = source.fresh_module()
    assert module.A().x == 1
    assert module.B(2).y == 2


def test_future_statements_of_ours_do_not_reach_the_student() -> None:
    module = read(b"def f(x: int) -> None: pass\n").fresh_module()
    assert module.f.__annotations__["x"] is int


def test_a_traceback_shows_the_students_lines() -> None:
    source = read(b"def f():\n    return 1 / 0  # here\n")
    module = source.fresh_module()
    with pytest.raises(ZeroDivisionError) as raised:
        module.f()
    assert "1 / 0  # here" in "".join(traceback.format_exception(raised.value))
    where = source.where(raised.value.__traceback__)
    assert where is not None
    assert (where.line, where.source, where.function) == (2, "return 1 / 0  # here", "f")


def test_an_error_elsewhere_has_no_place() -> None:
    source = read(b"x = 1\n")
    with pytest.raises(ZeroDivisionError) as raised:
        _ = 1 / 0
    assert source.where(raised.value.__traceback__) is None
    assert source.line(0) == source.line(99) == ""


def test_the_last_line_counts_when_recursion_goes_through_other_code() -> None:
    source = read(b"def f(g):\n    return g()\ndef h():\n    raise KeyError\n")
    module = source.fresh_module()
    with pytest.raises(KeyError) as raised:
        module.f(lambda: module.h())
    where = source.where(raised.value.__traceback__)
    assert where is not None
    assert (where.line, where.function) == (4, "h")


PROBLEMS: dict[str, tuple[bytes, str]] = {
    "Latin-1": ("# é\n".encode("latin-1"), "text"),
    "UTF-16": ("x = 1".encode("utf-16"), "text"),
    "a null byte": (b"x = '\0'\n", "text"),
    "a broken line": (b"x =\n", "syntax"),
    "Python 2": (b"print 'x'\n", "syntax"),
    "a literal of a hundred thousand digits": (b"x = " + b"9" * 100_000, "syntax"),
    "brackets without end": (b"(" * 100_000, "syntax"),
    "unary signs without end": (b"x = " + b"-" * 50_000 + b"1", "syntax"),
    "an import": (b"import os\n", "forbidden"),
    "return at the top": (b"return 1\n", "syntax"),
    "await at the top": (b"await x\n", "syntax"),
}


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(name: str) -> None:
    data, problem = PROBLEMS[name]
    source, loaded = read_submission("task", data, RULES)
    assert source is None
    assert loaded.problem == problem
    assert loaded.message
    assert len(loaded.message) < 400
    assert "\n" not in loaded.message
    assert loaded.where is None or len(loaded.where.source) <= 300


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_a_warning_of_the_compiler_is_no_problem() -> None:
    assert read(b"x = '\\d'\ny = 1 is 1\n").fresh_module().x == "\\d"
