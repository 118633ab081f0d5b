"""An exercise as a notebook: statement, answer and public checks, the same bytes for the same exercise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from grader.course.files import read_text, stub_as_handed_out
from grader.course.model import Course, CourseError, Exercise
from grader.notebooks.packages import needed
from grader.notebooks.reading import OURS, TAG

if TYPE_CHECKING:
    from nbformat import NotebookNode

_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_COMMENT = re.compile(r"^[ \t]*<!--.*?-->[ \t]*\n", re.DOTALL | re.MULTILINE)
_LONGEST_ID: Final = 64  # of a cell, by the format
_KERNEL: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

_ANSWER = """\
## Your answer

Write it into the next cell; it takes the place of `{module}`. What is graded is that cell, by its tag `{tag}`, and what
it uses: definitions and imports that stand in cells of their own are found. Try things out wherever you like."""
_KIT = """

`%kit {slug}` makes `kit`, the code that the checks run beside yours, available here: `kit.name(...)`."""
_CHECKS = """\
## The public checks

{titles}

`%check {slug}` asks them about the cells that you have run, as they are now. The hidden checks, which give the points,
ask more."""
_SOURCE = """

<details>
<summary>How they ask</summary>

{fence}python
{source}
{fence}

</details>"""
_END = """\
## Handing in

Save the notebook and hand in the file as it is. Outputs, experiments and lines that only a notebook understands
(`%magic`, `!command`) do no harm: they are left out."""


def notebook_of(course: Course, exercise: Exercise) -> str:
    """The notebook's file as text. Raises CourseError, and NotebookError where nbformat is not installed."""
    needed("nbformat")
    import nbformat
    from nbformat.v4 import new_notebook

    notebook = new_notebook(
        cells=list(_cells(course, exercise)),
        metadata={**_KERNEL, OURS: {"exercise": exercise.slug}},
    )
    notebook.nbformat_minor = 5
    return str(nbformat.writes(notebook, version=nbformat.NO_CONVERT)) + "\n"


def sections(statement: str) -> list[str]:
    """A statement cut at its headings; an author's comments are left out. Headings in code are none."""
    pieces: list[list[str]] = [[]]
    fence = ""
    for line in _COMMENT.sub("", statement).splitlines():
        if found := _FENCE.match(line):
            if not fence:
                fence = found[1]
            elif found[1].startswith(fence) and line.strip() == found[1]:
                fence = ""
        elif not fence and _HEADING.match(line):
            pieces.append([])
        pieces[-1].append(line)
    texts = ("\n".join(piece).strip() for piece in pieces)
    return [text for text in texts if text]


def _cells(course: Course, exercise: Exercise) -> Iterator[NotebookNode]:
    from nbformat.v4 import new_code_cell, new_markdown_cell

    slug, tag = exercise.slug, TAG + exercise.slug
    for number, text in enumerate(sections(read_text(exercise.statement, course.root)), start=1):
        yield new_markdown_cell(text, id=_id(slug, f"statement-{number}"))
    kit = exercise.kit is not None
    words = _ANSWER.format(module=exercise.stub.name, tag=tag) + (_KIT.format(slug=slug) if kit else "")
    setup = "%load_ext gradgym" + (f"\n%kit {slug}" if kit else "")
    yield new_markdown_cell(words, id=_id(slug, "about-the-answer"))
    yield new_code_cell(setup, id=_id(slug, "setup"), metadata={"tags": [OURS]})
    yield new_code_cell(
        read_text(stub_as_handed_out(course, exercise), course.root).strip(),
        id=_id(slug, "answer"),
        metadata={"deletable": False, "tags": [tag]},
    )
    checks = read_text(exercise.public_checks, course.root)
    titles = "\n".join(f"- {title}" for title in _titles(checks, exercise))
    source = _SOURCE.format(source=checks.strip(), fence="````" if "```" in checks else "```")
    yield new_markdown_cell(_CHECKS.format(titles=titles, slug=slug) + source, id=_id(slug, "about-the-checks"))
    yield new_code_cell(f"%check {slug}", id=_id(slug, "check"), metadata={"tags": [OURS]})
    yield new_markdown_cell(_END, id=_id(slug, "end"))


def _titles(checks: str, exercise: Exercise) -> Iterator[str]:
    """The public checks as their docstrings say. The file is the author's; it is read and not run."""
    try:
        tree = ast.parse(checks)
    except SyntaxError as wrong:
        raise CourseError(
            f"test_public.py of {exercise.slug} can't be read (line {wrong.lineno}: {wrong.msg}). Mend it there."
        ) from None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield (ast.get_docstring(node) or node.name).partition("\n")[0]


def _id(slug: str, part: str) -> str:
    """The id of a cell: the same each time, and for no two cells of a notebook."""
    return f"{slug[: _LONGEST_ID - len(part) - 1]}-{part}"
