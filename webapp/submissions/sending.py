"""What the form of an exercise sends: a file, or the text of the editor."""

from __future__ import annotations

from typing import NamedTuple

from werkzeug.datastructures import FileStorage, ImmutableMultiDict


class Sent(NamedTuple):
    name: str
    content: bytes


def sent_by(form: ImmutableMultiDict[str, str], files: ImmutableMultiDict[str, FileStorage], slug: str) -> Sent:
    """A chosen file is what is meant, since the editor is never empty; without one, the text.

    The text of a form has the line ends of mail; a file is taken as it is.
    """
    file = files.get("file")
    if file is not None and file.filename:
        return Sent(file.filename, file.read())
    return Sent(f"{slug}.py", typed(form).encode("utf-8", "replace"))


def typed(form: ImmutableMultiDict[str, str]) -> str:
    return form.get("source", "").replace("\r\n", "\n").replace("\r", "\n")
