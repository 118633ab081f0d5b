"""Lines of a reference that stand where students can read them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from grader.course.model import Exercise

_SHORT_LINE = 12
# What anybody writes, whatever the exercise: it gives nothing away.
_IDIOM = re.compile(
    r"if (not )?isinstance\(\w+, [\w., ()|]+\):|if [\w.]+ is (not )?None:|(el)?if (not )?[\w.]+( [=<>!]=? \d+)?:"
    r"|for [\w, ()]+ in (zip|enumerate|range|reversed|sorted)?\(?[\w., ()]+\)?:|with torch\.no_grad\(\):|while True:"
    r"|super\(\).__init__\([\w, =]*\)|self\.(?P<name>\w+) = (list\()?(?P=name)\)?|return [\w., ]+|continue|break|pass"
    r"|[\w.]+\.(zero_grad|backward|step|train|eval)\(\)|\w+ = (\[\]|\{\}|0|0\.0)|else:|try:"
)


def leaks(exercise: Exercise) -> Iterator[str]:
    """Lines of the reference's bodies that stand in the public folder."""
    if exercise.reference is None:
        return
    stub = {line.strip() for line in exercise.stub.read_text("utf-8").splitlines()}
    lines = {line.strip() for line in _code_lines(exercise.reference)} - stub
    for path in sorted(exercise.folder.glob("*")):
        if path.suffix not in (".py", ".md", ".toml"):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip() in lines:
                yield f"{path.name} line {number} gives away a line of the reference: {line.strip()!r}. Reword it."


def _code_lines(path: Path) -> Iterator[str]:
    """Lines of code that would tell something: no imports, definitions, comments, text, idioms or short lines."""
    text = path.read_text("utf-8")
    prose = _prose_lines(text)
    for number, line in enumerate(text.splitlines(), 1):
        code = line.strip()
        words = ("#", "import ", "from ", "def ", "class ", "@", "raise ")
        telling = len(code) > _SHORT_LINE and not code.startswith(words) and not _IDIOM.fullmatch(code)
        if telling and number not in prose:
            yield code


def _prose_lines(text: str) -> set[int]:
    """The numbers of lines inside docstrings and other strings of several lines."""
    return {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.end_lineno != node.lineno
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
