"""Text for a terminal: printable, never markup, in an encoding that the terminal has."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from grader.report.model import Verdict
from grader.report.printable import one_line, printable
from grader.report.verdict_words import WORDS

WIDEST = 100  # longer lines are hard to read
STYLES = {
    Verdict.PASSED: "green",
    Verdict.WRONG: "red",
    Verdict.NOT_WRITTEN: "yellow",
    Verdict.SKIPPED: "dim",
    Verdict.BROKEN_EXERCISE: "magenta",
    Verdict.NOT_GRADED: "magenta",
}


class Ink:
    """Makes rich Text for one console. What the console can't encode is written as an escape (\\xe9)."""

    def __init__(self, console: Console) -> None:
        self.width = min(console.width, WIDEST)
        self.encoding = console.encoding
        self.ascii = not self.encoding.startswith("utf")

    def block(self, text: str, style: str = "") -> Text:
        """All lines of `text`."""
        return Text(self._encodable(printable(text)), style=style, overflow="fold")

    def line(self, text: str, style: str = "") -> Text:
        """`text` as one line."""
        return Text(self._encodable(one_line(text)), style=style, overflow="fold")

    def symbol(self, verdict: Verdict) -> Text:
        word = WORDS[verdict]
        return Text(word.ascii if self.ascii else word.symbol, style=f"bold {self.style(verdict)}")

    def style(self, verdict: Verdict) -> str:
        return STYLES.get(verdict, "red")

    def _encodable(self, text: str) -> str:
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)
