"""`%load_ext gradgym` in a real kernel, and in a shell without one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import gradgym
from grader.course.model import Course

Make = Callable[..., Any]
Execute = Callable[..., list[Any]]

# Prints the kernel's first two children.
CHILDREN = """\
import os, subprocess
found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(os.getpid())], capture_output=True, text=True)
print(found.stdout.split()[:2])"""
TAGGED = {"tags": ["exercise:double_it"]}
TINY = Path(__file__).parents[1] / "tiny_course" / "exercises"


def written(*cells: Any, **metadata: Any) -> str:
    made = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    return str(nbformat.writes(new_notebook(cells=made, metadata=metadata)))


def tagged(source: str) -> Any:
    return new_code_cell(source, metadata=TAGGED)


def text_of(cell: Any) -> str:
    """What a cell shows and prints, as text."""
    shown = ["".join(output.get("text") or output.get("data", {}).get("text/plain", "")) for output in cell["outputs"]]
    meant = "raises-exception" in cell["metadata"].get("tags", [])
    assert meant or not [output for output in cell["outputs"] if output["output_type"] == "error"], cell["outputs"]
    return "".join(shown)


def test_check_shows_a_report_and_stays_warm(execute: Execute, tiny_course: Course, right: str) -> None:
    raises = [*TAGGED["tags"], "raises-exception"]
    cells = execute(
        written(
            "%load_ext gradgym",
            "%check double_it",
            tagged(right),
            "%check double_it",
            CHILDREN,
            tagged("%time y = 1\ndef double_it(x):\n    return {}['x']\n"),
            "%check",
            new_code_cell("def double_it(x:\n    return x", metadata={"tags": raises}),
            "%check",
            CHILDREN,
            "%check nonsense",
            "%kit with_kit\nimport kit\nprint(kit.Halve.__name__)",
            "%kit double_it",
            f"%unload_ext gradgym\nimport time\ntime.sleep(0.5)\n{CHILDREN}",
        ),
        tiny_course.root / "u01_tiny",
    )
    said = dict(enumerate((text_of(cell) for cell in cells), start=1))
    assert said[2].startswith("No cell that you have run defines double_it. Run the cell of your answer, then")
    assert "All 2 public checks passed" in said[4]
    assert "0 of 2 public checks passed" in said[7]
    assert "In [6], line 3, in double_it" in said[7]
    assert "Python can't read the file" in said[9]  # of a cell that failed, what stands in it is checked
    assert "In [8], line 1" in said[9]
    assert said[11].startswith('There is no exercise "nonsense" in this course. Choose from: double_it, counter')
    assert said[12] == "Halve\n"
    assert said[13] == "double_it has no kit.py: there is nothing to load.\n"

    warm, still_warm, gone = (ast.literal_eval(said[number].strip()) for number in (5, 10, 14))
    assert len(warm) == 2
    assert still_warm == warm
    assert not set(gone) & set(warm)

    (shown,) = cells[3]["outputs"]
    html = "".join(shown["data"]["text/html"])
    assert html.startswith('<div class="gradgym-report"><style>')
    assert "All 2 public checks passed" in html
    assert "<script" not in html


@pytest.mark.parametrize("plain", [False, True])
def test_the_latest_run_of_the_answer_is_checked(
    plain: bool, execute: Execute, tiny_course: Course, right: str
) -> None:
    """With a front end that tells of ids and tags, and with one that does not."""
    cells = execute(
        written(
            "import torch",
            "def twice(x):\n    return 2 * x",
            tagged("def double_it(x):\n    return 5 * x"),
            "%load_ext gradgym",
            tagged(right.replace("2 * x", "twice(x)").replace("import torch\n", "")),
            "import os\nos.environ['SEEN'] = '1'\nprint(double_it(torch.ones(1)))",
            "%check double_it",
            plain=plain,
        ),
        tiny_course.root,
    )
    assert "All 2 public checks passed" in text_of(cells[6])
    assert "Read as well, because the answer uses what is defined there: In [1]; In [2]." in text_of(cells[6])


def test_outside_of_a_course_it_says_where_to_go(execute: Execute, tmp_path: Path, right: str) -> None:
    lost = tmp_path / "lost"
    lost.mkdir()
    named = f"import os\nos.environ['GRADGYM_COURSE'] = {str(TINY)!r}"
    cells = execute(written("%load_ext gradgym", tagged(right), "%check double_it", named, "%check double_it"), lost)
    said = [text_of(cell) for cell in cells]
    assert said[2].startswith(f"There is no course in {lost} or in a folder above it. Move the notebook into your")
    assert "All 2 public checks passed" in said[4]


class Shell:
    """As much of a shell without a kernel as the extension needs: IPython in a terminal."""

    def __init__(self, *history: str) -> None:
        self.history_manager = SimpleNamespace(input_hist_raw=["", *history])
        self.events = SimpleNamespace(register=lambda *_: None, unregister=lambda *_: None)
        self.magics: dict[str, Any] = {}
        self.magics_manager = SimpleNamespace(register_function=self._register, magics={"line": self.magics})
        self.user_ns: dict[str, Any] = {}

    def _register(self, function: Any, kind: str, name: str) -> None:
        self.magics[name] = function


def test_in_a_terminal_the_report_is_text(
    right: str, tiny_course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell: Any = Shell(right)
    monkeypatch.chdir(tiny_course.root / "u01_tiny" / "double_it")
    gradgym.load_ipython_extension(shell)
    gradgym.load_ipython_extension(shell)  # twice does no harm
    try:
        shell.magics["check"]("")  # the exercise is that of the folder
        assert "All 2 public checks passed" in capsys.readouterr().out
    finally:
        gradgym.unload_ipython_extension(shell)
    assert shell.magics == {}


def test_without_a_name_it_asks_for_one(
    right: str, tiny_course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tiny_course.root)
    shell: Any = Shell(right)
    gradgym.load_ipython_extension(shell)
    shell.magics["check"]("")
    gradgym.unload_ipython_extension(shell)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "Say which exercise to check, as in `%check sgd_step`; `gradgym list` has them all.\n"
