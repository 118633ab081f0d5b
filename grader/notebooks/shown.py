"""A notebook as it may be shown: its cells with the outputs that are text, tables or pictures, all of them bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from grader.notebooks.reading import decode, joined, read_notebook
from grader.notebooks.safe_html import IMAGES, LONGEST, picture, safe_html
from grader.report.printable import excerpt, printable

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELLS: Final = 500
OUTPUTS: Final = 40  # of one cell
LINES: Final = 200  # of one output
PICTURES: Final = 12 << 20  # letters of all pictures together
PROSE: Final = 400_000  # letters of all Markdown and HTML together; what comes after that is shown as plain text
CUT: Final = "[... more is left out here ...]"


class _Output(msgspec.Struct):
    output_type: str = ""
    name: str = ""
    text: str | list[str] = ""
    data: dict[str, msgspec.Raw] = {}
    traceback: list[str] = []


class _Cell(msgspec.Struct):
    outputs: list[msgspec.Raw] = []
    attachments: dict[str, dict[str, msgspec.Raw]] = {}


class _Cells(msgspec.Struct):
    cells: list[msgspec.Raw] = []


@dataclass
class Room:
    """How many letters of pictures and of prose may still be shown on a page."""

    pictures: int = PICTURES
    prose: int = PROSE

    def for_prose(self, text: str) -> bool:
        self.prose -= len(text)
        return self.prose >= 0

    def for_picture(self, letters: str) -> bool:
        self.pictures -= len(letters)
        return self.pictures >= 0


def shown(data: bytes) -> tuple[NotebookNode, bool]:
    """The notebook in `data` as nbformat has it, with harmless outputs, and whether cells were left out at its end.

    A cell's metadata has its `number`, its `attachments` as data: addresses, and whether it `is_long`. Raises
    NotebookError.
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

    notebook = read_notebook(data)
    raw = decode(data, _Cells).cells
    room, cells = Room(), []
    for number, cell in enumerate(notebook.cells[:CELLS], start=1):
        more = _more(raw[number - 1]) if number <= len(raw) else _Cell()
        is_long = len(cell.source) > LONGEST
        source = _line_by_line(f"{cell.source[:LONGEST]}\n{CUT}" if is_long else cell.source)
        metadata: dict[str, Any] = {"number": number, "is_long": is_long}
        if cell.kind == "code":
            outputs = list(_outputs(more.outputs, room))
            cells.append(new_code_cell(source, outputs=outputs, metadata=metadata, id=f"cell-{number}"))
        elif cell.kind == "markdown" and room.for_prose(source):
            metadata["attachments"] = _attachments(more.attachments, room)
            cells.append(new_markdown_cell(source, metadata=metadata, id=f"cell-{number}"))
        else:
            cells.append(new_raw_cell(source, metadata=metadata, id=f"cell-{number}"))
    return new_notebook(cells=cells), len(notebook.cells) > CELLS


def _more(raw: msgspec.Raw) -> _Cell:
    """What a cell has beside its source; nothing where it isn't what the format says."""
    return _read(raw, _Cell) or _Cell()


def _read(raw: msgspec.Raw, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _attachments(attachments: Mapping[str, Mapping[str, msgspec.Raw]], room: Room) -> dict[str, str]:
    """Each attached picture's address, by its name."""
    found = {}
    for name, bundle in attachments.items():
        for kind in IMAGES:
            letters = picture(kind, _text(bundle.get(kind)))
            if letters and room.for_picture(letters):
                found[name] = f"data:{kind};base64,{letters}"
                break
    return found


def _outputs(raw: list[msgspec.Raw], room: Room) -> Iterator[NotebookNode]:
    from nbformat.v4 import new_output

    for one in raw[:OUTPUTS]:
        output = _read(one, _Output)
        match output and output.output_type:
            case "stream":
                yield new_output(
                    "stream", name="stderr" if output.name == "stderr" else "stdout", text=_cut(output.text)
                )
            case "error":
                yield new_output("error", traceback=[_cut("\n".join(output.traceback))])
            case "display_data" | "execute_result":
                bundle = _harmless(output.data, room)
                if bundle:
                    yield new_output("display_data", data=bundle)
    if len(raw) > OUTPUTS:
        yield new_output("stream", name="stdout", text=CUT)


def _harmless(bundle: Mapping[str, msgspec.Raw], room: Room) -> dict[str, str]:
    """The best form of an output that may be shown."""
    html, markdown = _text(bundle.get("text/html")), _text(bundle.get("text/markdown"))
    if html and len(html) <= LONGEST and room.for_prose(html):
        return {"text/html": safe_html(printable(html))}
    if markdown and len(markdown) <= LONGEST and room.for_prose(markdown):
        return {"text/markdown": printable(markdown)}
    for kind in ("image/png", "image/jpeg"):
        letters = picture(kind, _text(bundle.get(kind)))
        if letters and room.for_picture(letters):
            return {kind: letters}
    text = _text(bundle.get("text/plain"))
    return {"text/plain": _cut(text)} if text else {}


def _text(raw: msgspec.Raw | None) -> str:
    """A text of a bundle, which may be cut into pieces."""
    found = _read(raw, str | list[str]) if raw is not None else None  # type: ignore[arg-type]
    return joined(found) if found else ""


def _line_by_line(source: str) -> str:
    """A source without control characters, in which each line keeps its number."""
    return "\n".join(printable(line).replace("\n", " ") for line in source.split("\n"))


def _cut(text: str | list[str]) -> str:
    return excerpt(joined(text), lines=LINES).text
