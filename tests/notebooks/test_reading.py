"""The bytes of a file as a notebook, or one sentence that says why not and what to do."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from grader.notebooks.reading import MAX_BYTES, NotebookError, read_notebook

Make = Callable[..., Any]


def test_cells_are_counted_and_tagged(cell: Make, notebook: Make) -> None:
    read = read_notebook(notebook(cell(["# a\n", "b"], "markdown"), cell(["x\r\n", "y"], tags=["exercise:adam", "z"])))
    assert [(one.number, one.kind, one.source) for one in read.cells] == [
        (1, "markdown", "# a\nb"),
        (2, "code", "x\ny"),
    ]
    assert read.code[0].tags == ("exercise:adam", "z")
    assert read.tagged == ("adam",)
    assert read.meant == "adam"


def test_a_notebook_says_what_it_is_for(notebook: Make) -> None:
    assert read_notebook(notebook("x", metadata={"gradgym": {"exercise": "adam"}})).meant == "adam"
    assert read_notebook(notebook("x", metadata={"gradgym": 5})).meant == ""


def test_format_3_is_read_as_it_is(notebook: Make) -> None:
    old = {"cell_type": "code", "input": ["x = 1\n", "y"], "language": "python", "outputs": []}
    data = json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": [old]}, {"cells": [old]}]})
    assert [one.source for one in read_notebook(data.encode()).code] == ["x = 1\ny"] * 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty. Save the notebook and send it again."),
        (b" \n", "The file is empty."),
        (b"import torch\n", "This is not a notebook: the file is not JSON (invalid character (byte 0)). Send the"),
        (b"\x89PNG\r\n\x1a\n\0\0", "This is not a notebook: the file is not JSON"),
        (b'{"cells": [', "This is not a notebook: the file is not JSON (input data was truncated)"),
        (b'{"nbformat": 4, "x": "NaN", "cells": [}', "This is not a notebook: the file is not JSON"),
        (b"[]", "This is JSON, but no notebook that can be read: expected `object`, got `array`. Open it"),
        (b"{}", "This is JSON, but no notebook: it has no cells. Send the .ipynb file that Jupyter saves."),
        (b'{"nbformat": 4, "cells": {}}', "This is JSON, but no notebook that can be read: expected `array | null`"),
        (b'{"nbformat": 4, "cells": [{}]}', "object missing required field `cell_type`"),
        (
            b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 5}]}',
            "This is JSON, but no notebook that can be",
        ),
        (b'{"nbformat": 2, "worksheets": []}', "The notebook has format 2, and formats 3 and 4 are read. Open it in a"),
        (b'{"nbformat": 5, "cells": []}', "The notebook has format 5, and formats 3 and 4 are read."),
        (b'{"cells": []}', "The notebook has format 0, and formats 3 and 4 are read."),
        (
            b'{"nbformat": 4, "cells": []}',
            "The notebook has no code cells. Write your answer into a code cell, save it",
        ),
        (b'{"nbformat": 4, "cells": [{"cell_type": "markdown"}]}', "The notebook has no code cells."),
        (b'{"nbformat": 4, "x": ' + b"[" * 200_000, "The notebook is nested too deeply to be read."),
        (b" " * (MAX_BYTES + 1) + b"x", "The notebook is too large: it has 64.0 MB, and at most 64 MB and 2,000,000"),
        (b'"a",' * 2_100_000, "The notebook is too large: it has 8.0 MB"),
    ],
    ids=lambda data: str(data[:24]),
)
def test_what_is_no_notebook_gets_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(NotebookError) as error:
        read_notebook(data)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("key", [{"language_info": {"name": "R"}}, {"kernelspec": {"language": "julia"}}])
def test_another_language_is_told(key: dict[str, Any], notebook: Make) -> None:
    with pytest.raises(NotebookError, match=r"written in (R|julia), and the exercise asks for Python\. Choose"):
        read_notebook(notebook("x", metadata=key))


def test_what_jupyter_writes_beside_json_is_read(cell: Make, notebook: Make) -> None:
    odd = cell('x = "NaN"', outputs=[{"output_type": "display_data", "data": {"application/json": [1.5]}}])
    data = notebook(odd).replace(b"[1.5]", b"[NaN, -Infinity, Infinity]")
    assert read_notebook(data).code[0].source == 'x = "NaN"'


def test_a_byte_order_mark_does_no_harm(notebook: Make) -> None:
    assert read_notebook(b"\xef\xbb\xbf" + notebook("x")).code[0].source == "x"


def test_odd_metadata_does_no_harm(cell: Make, notebook: Make) -> None:
    odd = [cell("x", metadata=5), cell("x", metadata={"tags": "t"}), cell("x", metadata={"tags": [1, ["a"]]})]
    assert [one.tags for one in read_notebook(notebook(*odd, metadata=[])).cells] == [(), (), ()]


def test_fifty_megabytes_of_outputs_cost_little(cell: Make, notebook: Make) -> None:
    large = [{"output_type": "stream", "name": "stdout", "text": ["x" * 99 + "\n"] * 500_000}]
    data = notebook(cell("x = 1", outputs=large))
    assert len(data) > 50 << 20
    tracemalloc.start()
    began = time.monotonic()
    try:
        assert read_notebook(data).code[0].source == "x = 1"
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 10
    assert most < 1 << 20
