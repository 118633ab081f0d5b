"""What only a notebook understands is taken out of a cell, and the other lines stay where they were."""

from __future__ import annotations

import pytest

from grader.notebooks.magics import Plain, plain
from grader.notebooks.reading import Cell


def plainly(source: str) -> Plain:
    return plain(Cell(number=1, kind="code", source=source), "double_it.py")


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("%matplotlib inline\nx = 1", "\nx = 1"),
        ("!pip install torch\nx = 1", "\nx = 1"),
        ("pip install torch\nx = 1", "\nx = 1"),
        ("!pip install \\\n  torch\nx = 1", "\n\nx = 1"),
        ("files = !ls\nx = 1", "\nx = 1"),
        ("torch.nn?\nx = 1", "\nx = 1"),
        ("if x:\n    %who\ny", "if x:\n    pass\ny"),
        ("%time x = f(1)", "x = f(1)"),
        ("%timeit f(1)", ""),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%capture out\n%%time\nx = 1", "\n\n\nx = 1"),
        ("%%bash\nls", "\n"),
        ("%%timeit\nf(1)", "\n"),
        ("%%writefile double_it.py\nx = 1", "\nx = 1"),
        ("%%writefile other.py\nx = 1", "\n"),
        ("await f()\nx = 1", "\nx = 1"),
        ("y = [await f(),\n  2]\nx = 1", "\n\nx = 1"),
        ("async def f():\n    await g()\nx = 1", "async def f():\n    await g()\nx = 1"),
        ("async def f(): await g()", "async def f(): await g()"),
        ("for a in b:\n    await a\n", "for a in b:\n    pass\n"),
        ("def f():\n    pass\nawait f()", "def f():\n    pass\n"),
        ("display(x)\nget_ipython().run_line_magic('a', '')\ny", "\n\ny"),
        ("def f(x):\n    display(x)", "def f(x):\n    display(x)"),
        ("x = a % b\ny = 'await'  # await", "x = a % b\ny = 'await'  # await"),
        ("pip = 1\npip -= 2", "pip = 1\npip -= 2"),
        ("", ""),
    ],
)
def test_what_is_left_of_a_cell(source: str, left: str) -> None:
    assert "\n".join(plainly(source).lines) == left


def test_what_was_left_out_is_told_with_its_line() -> None:
    left_out = plainly("x = 1\n%who\nawait f()\n").left_out
    assert [(one.line, one.source, one.awaits) for one in left_out] == [(2, "%who", False), (3, "await f()", True)]
