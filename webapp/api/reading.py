"""What a request carries, read strictly: a struct as declared, or a Problem that names the field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any, Final, TypeVar

import msgspec
from werkzeug.datastructures import MultiDict

from webapp.web.problem import Problem

Kind = TypeVar("Kind", bound=msgspec.Struct)

# msgspec's words -> ours. The first that fits is taken.
_WORDS: Final[tuple[tuple[str, str], ...]] = (
    (r"Expected `str` of length >= 1$", "is empty: fill it in"),
    (r"Expected `(?:str|array)` of length <= (\d+)", "is longer than {0} signs: shorten it"),
    (r"Expected `str` of length >= (\d+)", "has fewer than {0} signs: make it longer"),
    (r"Expected `str` matching regex", "does not have the form that the documentation gives: look it up there"),
    (r"Expected `int` >= (-?\d+)", "is less than {0}, the smallest that is taken: send a larger one"),
    (r"Expected `int` <= (-?\d+)", "is more than {0}, the largest that is taken: send a smaller one"),
    (r"Number out of range", "is a number too large to be read: send a smaller one"),
    (r"Expected `([^`]+)`, got `([^`]+)`", "has to be {0}, and {1} was sent: mend it"),
    (r"Invalid enum value (.+)", "is none of the words that are taken: the documentation lists them"),
)
_TYPES: Final = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
    "object": "an object",
    "array": "a list",
}


def query_of(kind: type[Kind], sent: MultiDict[str, str]) -> Kind:
    """The query as `kind`. Raises Problem (422) for a parameter that is unknown, sent twice or not as declared."""
    for name, values in sent.lists():
        if len(values) > 1:
            raise Problem(422, "sent_twice", f"{_quoted(name)} is sent twice: send it once.", field=_short(name))
    try:
        found = msgspec.convert(sent.to_dict(), kind, strict=False)
    except msgspec.ValidationError as error:
        raise _problem(error, kind, text=True) from error
    return _storable(found)


def body_of(kind: type[Kind], content: bytes) -> Kind:
    """The JSON body as `kind`. Raises Problem: 400 for what is no JSON, 422 for what isn't as declared."""
    try:
        found = msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError as error:
        raise _problem(error, kind) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        said = "it ends too early" if "truncated" in str(error) else "it is malformed"
        raise Problem(
            400, "malformed_json", f"The body can't be read as JSON ({said}): send one JSON object in UTF-8."
        ) from error
    return _storable(found)


def _problem(error: msgspec.ValidationError, kind: type[msgspec.Struct], *, text: bool = False) -> Problem:
    said, _, at = str(error).partition(" - at ")
    field = at.strip("`").removeprefix("$").removeprefix(".")
    known = [one.encode_name for one in msgspec.structs.fields(kind)]
    if found := re.search(r"unknown field `(.*)`", said, re.DOTALL):
        near = difflib.get_close_matches(found[1], known, 1) or [f"one of {', '.join(known)}"] if known else ["nothing"]
        return Problem(
            422, "unknown_field", f"There is no {_quoted(found[1])} here: {near[0]} is taken.", field=_short(found[1])
        )
    if found := re.search(r"missing required field `(.*)`", said):
        return Problem(422, "missing_field", f"“{found[1]}” is missing: send it, too.", field=found[1])
    what = _quoted(field) if field else "The body"
    return Problem(422, "bad_field", f"{what} {_words(said, text=text)}.", field=_short(field))


def _words(said: str, *, text: bool) -> str:
    for pattern, words in _WORDS:
        if found := re.search(pattern, said):
            parts = [" or ".join(_TYPES.get(one, one) for one in part.split(" | ")) for part in found.groups()]
            if text and len(parts) == 2:
                parts[1] = "something else"
            return words.format(*parts)
    return "is not what is taken here: look it up in the documentation"


def _storable(found: Kind) -> Kind:
    """The same. Raises Problem for a text that a database can't keep."""
    for name, value in _texts(msgspec.to_builtins(found)):
        if "\0" in value:
            raise Problem(422, "null_bytes", f"“{name}” holds a null byte: take it out.", field=name)
    return found


def _texts(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in data.items() if isinstance(value, str))


def _short(name: str) -> str:
    return name[:60]


def _quoted(name: str) -> str:
    return f"“{_short(name)}”"
