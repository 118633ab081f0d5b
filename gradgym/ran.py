"""The cells that a kernel has run, as it was told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.notebooks.reading import Cell, joined

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, InteractiveShell


class RanCells:
    """Remembers each cell as it starts to run. What ran before it was made is taken from the kernel's history.

    A front end that tells which cell it runs has that cell's latest run remembered; with one that doesn't, each run
    counts as a cell of its own.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        earlier: list[str] = shell.history_manager.input_hist_raw if shell.history_manager else []
        self._cells = {f"In [{n}]": _cell(n, source, ()) for n, source in enumerate(earlier) if source.strip()}

    def starts(self, info: ExecutionInfo) -> None:
        """A cell starts to run: to be registered for `pre_run_cell`."""
        if info.silent or not info.store_history:
            return
        number = self._next_number()
        key = info.cell_id or f"In [{number}]"
        self._cells.pop(key, None)
        self._cells[key] = _cell(number, str(info.raw_cell), _tags(getattr(info, "cell_meta", None)))

    def _next_number(self) -> int:
        """What will be this cell's place in `In`. (Versions of IPython differ in when they count.)"""
        history = self._shell.history_manager
        return len(history.input_hist_raw) if history else len(self._cells) + 1

    @property
    def cells(self) -> list[Cell]:
        """In the order of their latest runs."""
        return sorted(self._cells.values(), key=lambda cell: cell.number)


def _cell(number: int, source: str, tags: tuple[str, ...]) -> Cell:
    return Cell(number=number, kind="code", source=joined(source), tags=tags, name=f"In [{number}]")


def _tags(metadata: Any) -> tuple[str, ...]:
    """The tags of a cell, where the front end sends its metadata along."""
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
