"""Notebooks made by hand, answers to `double_it` of the tiny course, and a kernel in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.api import Grader, Submission
from grader.course.model import Exercise
from grader.notebooks.code import Code, code_of
from grader.report import Report

RIGHT = '''\
"""Twice a tensor."""

import torch


def double_it(x):
    if not torch.is_floating_point(x):
        raise ValueError("whole numbers")
    return 2 * x
'''
TAGGED = {"tags": ["exercise:double_it"]}

Cells = Callable[..., dict[str, Any]]


def make_cell(source: str | list[str], kind: str = "code", **more: Any) -> dict[str, Any]:
    """A cell as the file has it; `tags=[...]` goes into its metadata."""
    tags = more.pop("tags", None)
    fields = {
        "id": more.pop("id", "c"),
        "cell_type": kind,
        "metadata": {"tags": tags} if tags else {},
        "source": source,
    }
    if kind == "code":
        fields |= {"outputs": [], "execution_count": None}
    return {**fields, **more}


def make_notebook(*cells: Any, **more: Any) -> bytes:
    """A notebook's file; cells that are texts become code cells."""
    made = [make_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made, **more}).encode()


@pytest.fixture
def cell() -> Cells:
    return make_cell


@pytest.fixture
def notebook() -> Callable[..., bytes]:
    return make_notebook


@pytest.fixture
def right() -> str:
    """A right answer to double_it."""
    return RIGHT


@pytest.fixture
def answer() -> Cells:
    """`answer(source)`: a cell that is tagged as an answer to double_it; a right one when the source is left out."""
    return lambda source=RIGHT: make_cell(source, **TAGGED)


@pytest.fixture
def double_it(exercises: dict[str, Exercise]) -> Exercise:
    return exercises["double_it"]


@pytest.fixture
def code(double_it: Exercise) -> Callable[..., Code]:
    """What is graded of a notebook with these cells."""
    return lambda *cells, **more: code_of(make_notebook(*cells, **more), double_it, "subs/ada.ipynb")


@pytest.fixture
def grade_notebook(grader: Grader, double_it: Exercise) -> Callable[..., Report]:
    """Grade a notebook behind the wall: its bytes, or its cells."""

    def graded(*cells: Any, **more: Any) -> Report:
        data = cells[0] if cells and isinstance(cells[0], bytes) else make_notebook(*cells, **more)
        return grader.grade(Submission("subs/ada.ipynb", data), double_it)

    return graded


@pytest.fixture
def execute(tmp_path: Path) -> Callable[..., list[Any]]:
    """Run a notebook in a kernel of its own in a folder, and hand back its code cells with their outputs.

    In another process: what a client and a kernel leave behind while they end is no business of these tests.
    """

    def executed(text: str, folder: Path, **environment: str) -> list[Any]:
        path = tmp_path / "executed.ipynb"
        path.write_text(text, "utf-8")
        words = [sys.executable, str(Path(__file__).with_name("execute.py")), str(path), str(folder)]
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("GRADGYM", "PYTEST"))}
        environment = {**ours, "IPYTHONDIR": str(tmp_path / "ipython"), "JUPYTER_PLATFORM_DIRS": "1", **environment}
        done = subprocess.run(words, capture_output=True, text=True, timeout=300, env=environment)
        assert done.returncode == 0, done.stderr[-3000:]
        return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]

    return executed
