"""A notebook reduced to the code that is graded, which still knows the cell and line of each of its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from grader.course.model import Exercise
from grader.notebooks.choosing import Candidate, last_that_define, with_what_they_need
from grader.notebooks.magics import LeftOut, plain
from grader.notebooks.reading import OURS, TAG, Cell, Notebook, NotebookError, read_notebook

_OUR_MAGICS = re.compile(r"%(?:(?:re)?load_ext\s+gradgym|check|kit)\b")
_NAMED = 3  # places that a note names before it counts the rest


@dataclass(frozen=True, kw_only=True)
class Code:
    """What is graded of a notebook.

    `module` is the file that `source` stands for ("adam.py"), `file` the notebook's own name. `places` has for each
    line of the source its cell and the line in it. `answer` is the number of the cell where the answer begins.
    `notes` say what was left out; `unread` what was not even looked at, which matters only where something is missing.
    """

    source: bytes
    module: str
    file: str
    places: tuple[tuple[Cell, int], ...]
    answer: int
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def place(self, line: int) -> tuple[Cell, int]:
        """The cell and the line in it (from 1) of a line of the source (from 1); the nearest for one beyond it."""
        return self.places[min(max(line, 1), len(self.places)) - 1]


def code_of(data: bytes, exercise: Exercise, name: str) -> Code:
    """The code of a notebook that was sent for this exercise: see docs/notebooks.md. Raises NotebookError.

    `name` is what the submission is called; the last part of it is the notebook's name in reports.
    """
    notebook = read_notebook(data)
    cells = _candidates(notebook.code, exercise)
    roots = _tagged(cells, exercise)
    if not roots:
        _must_be_for(notebook, exercise)
        roots = last_that_define(exercise.provides, cells) or cells
        return _code(cells, roots, (), exercise, PurePath(name).name)
    return _with_needs(roots, cells, exercise, PurePath(name).name)


def code_that_ran(cells: Sequence[Cell], exercise: Exercise, name: str) -> Code:
    """The code of the cells that a kernel has run, the latest of each cell, in the order in which they ran.

    The cells tagged for the exercise, where the kernel was told of tags; else, for each name that the exercise asks
    for, the last cell that defines it. And what they need. Raises NotebookError when there is none.
    """
    candidates = _candidates(cells, exercise)
    roots = _tagged(candidates, exercise) or last_that_define(exercise.provides, candidates)
    if not roots:
        raise NotebookError(
            f"No cell that you have run defines {_listed(exercise.provides)}. "
            f"Run the cell of your answer, then `%check {exercise.slug}` again."
        )
    return _with_needs(roots, candidates, exercise, name)


def _candidates(cells: Iterable[Cell], exercise: Exercise) -> list[Candidate]:
    return [Candidate(cell, plain(cell, exercise.stub.name)) for cell in cells]


def _tagged(cells: Sequence[Candidate], exercise: Exercise) -> list[Candidate]:
    tags = {TAG + name for name in (exercise.slug, *exercise.formerly)}
    return [candidate for candidate in cells if tags & set(candidate.cell.tags)]


def _must_be_for(notebook: Notebook, exercise: Exercise) -> None:
    others = notebook.tagged or ((notebook.exercise,) if notebook.exercise else ())
    if others and not {exercise.slug, *exercise.formerly} & set(others):
        raise NotebookError(
            f"This is the notebook of {_listed([name[:60] for name in others[:_NAMED]])}, and it was sent as "
            f"{exercise.slug}. Send the notebook of {exercise.slug}; `gradgym notebook {exercise.slug}` makes one."
        )


def _with_needs(roots: Sequence[Candidate], cells: Sequence[Candidate], exercise: Exercise, file: str) -> Code:
    tagged = {root.cell.number for root in roots}
    others = [one for one in cells if one.cell.number not in tagged]
    taken = with_what_they_need(roots, others)
    numbers = {one.cell.number for one in taken}
    left = [one for one in others if one.cell.number not in numbers and not one.is_empty and OURS not in one.cell.tags]
    code = _code(taken, roots, left, exercise, file)
    helpers = [one for one in taken if one.cell.number not in tagged]
    return replace(code, notes=(*code.notes, *_about(helpers)))


def _code(
    taken: Sequence[Candidate],
    roots: Sequence[Candidate],
    left: Sequence[Candidate],
    exercise: Exercise,
    file: str,
) -> Code:
    lines = [line for candidate in taken for line in candidate.plain.lines]
    places = [(one.cell, number) for one in taken for number in range(1, len(one.plain.lines) + 1)]
    return Code(
        source=("\n".join(lines) + "\n").encode("utf-8", "replace"),
        module=exercise.stub.name,
        file=file,
        places=tuple(places),
        answer=roots[0].cell.number,
        notes=tuple(_left_out(taken)),
        unread=tuple(_unread(left, exercise)),
    )


def _left_out(taken: Sequence[Candidate]) -> Iterable[str]:
    out = [(one.cell, left) for one in taken for left in one.plain.left_out if not _OUR_MAGICS.match(left.source)]
    if magics := [f"`{left.source[:60]}` ({_line(cell, left)})" for cell, left in out if not left.awaits]:
        yield f"Left out, because only a notebook understands it: {_counted(magics)}."
    if awaits := [_line(cell, left) for cell, left in out if left.awaits]:
        yield f"Left out, because `await` outside of a function works only in a notebook: {_counted(awaits)}."


def _about(helpers: Sequence[Candidate]) -> Iterable[str]:
    if helpers:
        yield f"Read as well, because the answer uses what is defined there: {_counted(_called(helpers))}."


def _unread(left: Sequence[Candidate], exercise: Exercise) -> Iterable[str]:
    if left:
        tag = f"{TAG}{exercise.slug}"
        yield f"Not read, because it is not a part of the answer (tag `{tag}`): {_counted(_called(left))}."


def _line(cell: Cell, left: LeftOut) -> str:
    return f"{cell.called}, line {left.line}"


def _called(cells: Iterable[Candidate]) -> list[str]:
    return [candidate.cell.called for candidate in cells]


def _counted(places: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = len(places) - _NAMED
    return "; ".join(places[:_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
