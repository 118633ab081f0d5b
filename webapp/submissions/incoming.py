"""What was sent, looked at before anything of it is stored."""

from __future__ import annotations

import re
from typing import Final

from grader.notebooks.reading import MAX_BYTES as MAX_NOTEBOOK
from grader.notebooks.reading import NotebookError, read_notebook
from grader.submitted import MAX_SOURCE
from webapp.web.problem import Problem

_ODD: Final = re.compile(r"[^\w.() -]")
_COPY: Final = re.compile(r" ?\(\d+\)$")  # what a browser adds to the name of a second download


def file_name(sent: str, slug: str) -> str:
    """A harmless name for what was sent: its last part, printable, 100 signs at most."""
    name = _ODD.sub("_", sent.replace("\\", "/").rpartition("/")[2]).strip(". ")[-100:]
    return name or f"{slug}.py"


def checked(name: str, content: bytes) -> bytes:
    """The content, when it can be a submission. Raises Problem, which says what is wrong with it."""
    notebook = name.lower().endswith(".ipynb")
    if not notebook and not name.lower().endswith(".py"):
        raise Problem(422, "wrong_kind", f"{name} is neither a Python file nor a notebook: send a .py or .ipynb file.")
    limit = MAX_NOTEBOOK if notebook else MAX_SOURCE
    if len(content) > limit:
        raise Problem(
            413,
            "too_large",
            f"{name} has {len(content) / 1024:.0f} KiB, and {limit // 1024} KiB are taken: leave out data and output.",
        )
    if not content.strip():
        raise Problem(422, "empty", f"{name} is empty: save your work, and send it again.")
    if b"\0" in content:
        raise Problem(422, "null_bytes", f"{name} holds null bytes, so it is no text: save it as UTF-8.")
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Problem(
            422, "not_utf8", f"{name} is not UTF-8 (line {line}): save it with the encoding UTF-8, and send it again."
        ) from error
    return content


def meant_for(name: str, content: bytes) -> str:
    """The slug of the exercise that this seems to be for: a notebook says so, a Python file by its name; or "".

    Raises Problem for a notebook that is none.
    """
    stem = _COPY.sub("", name.rpartition(".")[0])
    if not name.lower().endswith(".ipynb"):
        return stem
    try:
        return read_notebook(content).meant or stem
    except NotebookError as error:
        raise Problem(422, "bad_notebook", str(error)) from error
