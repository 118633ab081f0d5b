"""Text that a student wrote, made harmless to terminals, pages and parsers: letters and lines are left."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# Terminal escape sequences: CSI, then strings (OSC, DCS, ...) up to their end or that of the line, then short ones.
ESCAPES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]"
)
LINE_ENDS: Final = re.compile(r"\r\n|[\x0b\x0c\x85\u2028\u2029]")
# Other controls, characters that turn the direction of writing or hide text, and what XML and HTML refuse.
CONTROLS: Final = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff\U000e0000-\U000e007f]"
)
LONE_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` without escape sequences and control characters. Of a line that \\r overwrote, the last version stays."""
    text = LINE_ENDS.sub("\n", ESCAPES.sub("", text))
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return LONE_SURROGATES.sub("\ufffd", CONTROLS.sub("", text)).expandtabs(4)


def one_line(text: str, limit: int = 300) -> str:
    """`text` as one printable line of at most `limit` characters."""
    return shortened(" ".join(printable(text).split()), limit)


def shortened(line: str, limit: int) -> str:
    return line if len(line) <= limit else line[: limit - 4] + " ..."


class Excerpt(NamedTuple):
    """The part of an output that is shown. `left_out` lines miss from its middle, `cut` says that any text does."""

    text: str
    left_out: int
    cut: bool


def excerpt(text: str, *, lines: int, width: int = 400) -> Excerpt:
    """The first and last lines of `text`, at most `lines` of them, none longer than `width` characters."""
    every = printable(text).rstrip().split("\n")
    left_out = max(0, len(every) - lines)
    if left_out:
        head = (lines + 1) // 2
        every = [*every[:head], f"... {left_out} lines left out here ...", *every[head + left_out :]]
    shown = [shortened(line, width) for line in every]
    return Excerpt("\n".join(shown), left_out, left_out > 0 or shown != every)
