"""A notebook's bytes as cells: bounded before anything is parsed, and in a way in which outputs cost nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

MAX_BYTES: Final = 64 << 20
MAX_QUOTES: Final = 4_000_000  # each text that is kept stands between two: this bounds how many there can be
FORMATS: Final = (3, 4)
TAG: Final = "exercise:"  # and the exercise's name: the tag of an answer's cells
OURS: Final = "gradgym"  # the tag of other code cells that we made, and our key in a notebook's metadata

_SMALL = 64 << 10
_AGAIN = "Open it in Jupyter, save it, and send it again."
_TEXTS_AND_NUMBERS = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b', re.DOTALL)

Kind = TypeVar("Kind")


class NotebookError(Exception):
    """A notebook that can't be used. The message says why in a sentence, and ends with the next step."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell. `number` counts all cells from 1, `kind` is "code", "markdown" or another word of the format.

    `name` is what a reader calls it where that is not "cell <number>" ("In [5]").
    """

    number: int
    kind: str
    source: str
    tags: tuple[str, ...] = ()
    name: str = ""

    @property
    def called(self) -> str:
        return self.name or f"cell {self.number}"


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """A notebook's cells, and the exercise that it says it is for (or "")."""

    cells: tuple[Cell, ...]
    exercise: str = ""

    @property
    def code(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.kind == "code")

    @property
    def tagged(self) -> tuple[str, ...]:
        """The exercises that its cells are tagged for, in their order."""
        tags = (tag for cell in self.code for tag in cell.tags if tag.startswith(TAG))
        return tuple(dict.fromkeys(tag.removeprefix(TAG) for tag in tags))

    @property
    def meant(self) -> str:
        """The one exercise it must be meant for; "" where it says nothing, or several."""
        return self.tagged[0] if len(self.tagged) == 1 else "" if self.tagged else self.exercise


class _Metadata(msgspec.Struct):
    """Of a notebook or a cell; all else in it is skipped."""

    tags: msgspec.Raw = msgspec.Raw(b"null")
    gradgym: msgspec.Raw = msgspec.Raw(b"null")
    language_info: msgspec.Raw = msgspec.Raw(b"null")
    kernelspec: msgspec.Raw = msgspec.Raw(b"null")


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""
    input: str | list[str] = ""  # what format 3 calls the source of a code cell
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


class _Worksheet(msgspec.Struct):
    cells: list[_Cell] = []


class _File(msgspec.Struct):
    nbformat: int = 0
    cells: list[_Cell] | None = None
    worksheets: list[_Worksheet] | None = None
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


def read_notebook(data: bytes) -> Notebook:
    """The notebook in `data`. Outputs are not looked at. Raises NotebookError."""
    file = decode(data, _File)
    if file.cells is None and file.worksheets is None:
        raise NotebookError("This is JSON, but no notebook: it has no cells. Send the .ipynb file that Jupyter saves.")
    if file.nbformat not in FORMATS:
        raise NotebookError(
            f"The notebook has format {file.nbformat}, and formats 3 and 4 are read. "
            "Open it in a present-day Jupyter, save it, and send it again."
        )
    raw = file.cells if file.cells is not None else [cell for sheet in file.worksheets or [] for cell in sheet.cells]
    metadata = _metadata(file.metadata)
    _must_be_python(metadata)
    cells = tuple(_cell(number, cell) for number, cell in enumerate(raw, start=1))
    if not any(cell.kind == "code" for cell in cells):
        raise NotebookError(
            "The notebook has no code cells. Write your answer into a code cell, save it, and send it again."
        )
    return Notebook(cells=cells, exercise=_word(metadata.gradgym, "exercise"))


def decode(data: bytes, kind: type[Kind]) -> Kind:
    """A notebook's bytes as one of our structs: what the struct doesn't name is skipped. Raises NotebookError."""
    if not data.strip():
        raise NotebookError("The file is empty. Save the notebook and send it again.")
    if len(data) > MAX_BYTES or data.count(b'"') > MAX_QUOTES:
        raise NotebookError(
            f"The notebook is too large: it has {len(data) / (1 << 20):.1f} MB, and at most {MAX_BYTES >> 20} MB and "
            f"{MAX_QUOTES // 2:,} pieces of text are read. Clear its outputs in Jupyter, save it, and send it again."
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        try:
            return msgspec.json.decode(data, type=kind)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            if b"NaN" not in data and b"Infinity" not in data:
                raise
            # These are not JSON, but Jupyter writes them.
            return msgspec.json.decode(_TEXTS_AND_NUMBERS.sub(_null_for_numbers, data), type=kind)
    except msgspec.ValidationError as wrong:
        raise NotebookError(f"This is JSON, but no notebook that can be read: {_said(wrong)}. {_AGAIN}") from None
    except (msgspec.DecodeError, UnicodeError) as wrong:
        raise NotebookError(
            f"This is not a notebook: the file is not JSON ({_said(wrong)}). Send the .ipynb file that Jupyter saves."
        ) from None
    except RecursionError:
        raise NotebookError(f"The notebook is nested too deeply to be read. {_AGAIN}") from None


def joined(source: str | Sequence[str]) -> str:
    """A text as the format keeps it, in one piece or many, with "\\n" at the end of lines."""
    text = source if isinstance(source, str) else "".join(source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def small(raw: msgspec.Raw) -> Any:
    """The plain value in a piece of JSON; None where it is too large to be of use, or wrong."""
    try:
        return msgspec.json.decode(raw) if len(memoryview(raw)) <= _SMALL else None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _null_for_numbers(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b'"') else b"null"


def _said(wrong: Exception) -> str:
    """A decoder's own words without its full stop, as a part of a sentence."""
    said = str(wrong).removeprefix("JSON is malformed: ").rstrip(".")
    return said[:1].lower() + said[1:200]


def _metadata(raw: msgspec.Raw) -> _Metadata:
    try:
        return msgspec.json.decode(raw, type=_Metadata)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _Metadata()


def _cell(number: int, cell: _Cell) -> Cell:
    tags = small(_metadata(cell.metadata).tags)
    return Cell(
        number=number,
        kind=cell.cell_type,
        source=joined(cell.source or cell.input),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _word(raw: msgspec.Raw, key: str) -> str:
    """The text under a key of a small object, or ""."""
    found = small(raw)
    word = found.get(key) if isinstance(found, dict) else None
    return word if isinstance(word, str) else ""


def _must_be_python(metadata: _Metadata) -> None:
    language = _word(metadata.language_info, "name") or _word(metadata.kernelspec, "language") or "python"
    if "python" not in language.lower():
        raise NotebookError(
            f"The notebook is written in {language[:40]}, and the exercise asks for Python. "
            "Choose a Python kernel in Jupyter, save it, and send it again."
        )
