"""The student's file: read, compiled once, imported afresh for each check, and named in tracebacks."""

from __future__ import annotations

import ast
import io
import linecache
import sys
import types
from collections.abc import Sequence
from types import CodeType, TracebackType

from grader.guest.forbidden import Finding, Forbidden, names_used, scan
from grader.wire.messages import Line, Loaded

_FOLDER = "/submission"
_SCAN_DEPTH = 30_000


class Source:
    """A submission's code (or the exercise's kit). `name` is the module's name and the file's."""

    def __init__(self, name: str, code: CodeType, lines: Sequence[str], used: frozenset[str] | None = None) -> None:
        self.name = name
        self.names_used = used
        self.file = f"{_FOLDER}/{name}.py"
        self._code = code
        self._lines = lines
        linecache.cache[self.file] = (len(lines), None, list(lines), self.file)

    def fresh_module(self) -> types.ModuleType:
        """Import the file anew, whatever an earlier import left behind."""
        module = types.ModuleType(self.name)
        module.__file__ = self.file
        sys.modules[self.name] = module
        exec(self._code, module.__dict__)
        return module

    def where(self, trace: TracebackType | None) -> Line | None:
        """The innermost place of a traceback that lies in this file."""
        found = None
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self.file:
                found = (trace.tb_lineno, trace.tb_frame.f_code.co_name)
            trace = trace.tb_next
        if found is None:
            return None
        line, function = found
        return Line(line, self.line(line), "" if function == "<module>" else function)

    def line(self, number: int) -> str:
        return self._lines[number - 1].strip()[:300] if 0 < number <= len(self._lines) else ""


def compile_source(name: str, text: str) -> Source:
    """Compile text as module `name`. Raises SyntaxError, ValueError or RecursionError as Python does."""
    return Source(name, compile(text, f"{_FOLDER}/{name}.py", "exec", dont_inherit=True), _lines_of(text))


def _lines_of(text: str) -> list[str]:
    """Lines as Python counts them. (str.splitlines also ends them at form feeds and other rare signs.)"""
    return io.StringIO(text, newline=None).readlines()


def _scan_deeply(tree: ast.Module, rules: Forbidden) -> Finding | None:
    """What Python can compile can be scanned, a sum of a thousand terms as well."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(_SCAN_DEPTH)
    try:
        return scan(tree, rules)
    finally:
        sys.setrecursionlimit(usual)


def read_submission(name: str, data: bytes, rules: Forbidden) -> tuple[Source | None, Loaded]:
    """The submission as code, or what is wrong with its text, its syntax or the names it uses."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data[: wrong.start].count(b"\n") + 1
        return None, Loaded(
            "text", f"The file is not UTF-8 (byte {wrong.start}, line {line}). Save it as UTF-8 and try again."
        )
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return None, Loaded("text", f"Line {line} holds a null byte. Delete it and save the file again.")
    lines = _lines_of(text)
    try:
        tree = ast.parse(text)
        code = compile(tree, f"{_FOLDER}/{name}.py", "exec", dont_inherit=True)
        source = Source(name, code, lines, names_used(tree))
        finding = _scan_deeply(tree, rules)
    except SyntaxError as wrong:
        number = wrong.lineno or 1
        shown = lines[number - 1].strip()[:300] if number <= len(lines) else ""
        return None, Loaded("syntax", f"Python can't read the file: {wrong.msg}.", Line(number, shown))
    except (RecursionError, MemoryError):
        return None, Loaded("syntax", "The file is nested too deeply for Python to read. Break long expressions up.")
    except ValueError as wrong:
        return None, Loaded("syntax", f"Python can't read the file: {wrong}.")
    if finding is not None:
        return None, Loaded("forbidden", finding.message, Line(finding.line, source.line(finding.line)))
    return source, Loaded()
