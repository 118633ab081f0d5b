"""Which of a notebook's code cells are the answer: those tagged for the exercise, and what they need; else all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.notebooks.magics import Plain
from grader.notebooks.reading import Cell
from grader.notebooks.statements import Statement

_NAME = re.compile(r"[^\W\d]\w*")
_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")  # no attribute
_PARAMETER = re.compile(r"[(,]\s*\**\s*([^\W\d]\w*)")
_LOOP = re.compile(r"(?:async\s+)?for\s+(.*?)\s+in\b")
_DEFINED = re.compile(r"(?:(?:async\s+)?def|class)\s+(\w+)")
_IMPORT = re.compile(r"(?:import|from)\b")
_AS = re.compile(r"(\w+)(?:\.\w+)*(?:\s+as\s+(\w+))?")
_ASSIGNED = re.compile(r"((?:[^\W\d]\w*\s*,\s*)*[^\W\d]\w*)\s*(?::[^=]*)?=(?!=)")
_CALL = re.compile(r"[\w\])]\s*\(")
_HEAD = 4000  # letters of a statement in which names are looked for


@dataclass(frozen=True)
class Candidate:
    """A code cell with its plain Python."""

    cell: Cell
    plain: Plain

    @property
    def is_empty(self) -> bool:
        return not self.plain.statements

    @cached_property
    def defines(self) -> frozenset[str]:
        """The names that its top level defines."""
        return frozenset(name for statement in self._top for name in defined(statement))

    @cached_property
    def mentions(self) -> frozenset[str]:
        """Every word in its code that is no attribute."""
        return frozenset(name for statement in self.plain.statements for name in _WORD.findall(statement.text))

    @cached_property
    def binds(self) -> frozenset[str]:
        """The names of arguments, and of what is assigned inside functions and loops."""
        return frozenset(name for statement in self.plain.statements for name in bound(statement))

    @cached_property
    def values(self) -> frozenset[str]:
        """Of the names that it defines, those of plain values."""
        return frozenset(
            name for statement in self._top if _ASSIGNED.match(statement.text) for name in defined(statement)
        )

    @cached_property
    def only_defines(self) -> bool:
        """Whether nothing happens in it but definitions, imports and plain values."""
        return all(_is_definition(statement) for statement in self._top)

    @property
    def _top(self) -> list[Statement]:
        return [statement for statement in self.plain.statements if not statement.indent]


def with_what_they_need(roots: Sequence[Candidate], others: Sequence[Candidate]) -> list[Candidate]:
    """The roots, and of the others those that only define things, where something in use is not defined in them.

    Of several that define the same name, the last one. A plain value is no need where its name is that of an argument
    or of a variable inside a function, as `x` often is. In the order of the cells.
    """
    homes = {name: other for other in others if other.only_defines for name in other.defines}
    taken = {root.cell.number: root for root in roots}
    known = _all(root.defines for root in roots)
    new = list(roots)
    while new:
        wanted = {name for one in new for name in one.mentions - known if name in homes}
        local = _all(one.binds for one in new)
        found = [homes[name] for name in sorted(wanted) if not (name in homes[name].values and name in local)]
        new = list({one.cell.number: one for one in found if one.cell.number not in taken}.values())
        taken.update((one.cell.number, one) for one in new)
        known |= _all(one.defines for one in new)
    return [taken[number] for number in sorted(taken)]


def last_that_define(names: Collection[str], cells: Sequence[Candidate]) -> list[Candidate]:
    """For each name the last cell that defines it, in the order of the cells."""
    homes = {name: candidate for candidate in cells for name in candidate.defines if name in names}
    found = {candidate.cell.number: candidate for candidate in homes.values()}
    return [found[number] for number in sorted(found)]


def defined(statement: Statement) -> list[str]:
    """The names that a statement defines, as far as its first words say."""
    text = statement.text[:_HEAD]
    if found := _DEFINED.match(text):
        return [found[1]]
    if _IMPORT.match(text):
        listed = re.split(r"\bimport\b", text, maxsplit=1)[-1].replace("(", " ").replace(")", " ")
        return [name or module for module, name in _AS.findall(listed)]
    if found := _ASSIGNED.match(text):
        return _NAME.findall(found[1])
    return []


def bound(statement: Statement) -> list[str]:
    """The names that a statement binds elsewhere than at the top of its module, as far as its first words say."""
    text = statement.text[:_HEAD]
    if _DEFINED.match(text):
        return _PARAMETER.findall(text)
    if found := _LOOP.match(text):
        return _NAME.findall(found[1])
    return defined(statement) if statement.indent else []


def _is_definition(statement: Statement) -> bool:
    text = statement.text
    if _DEFINED.match(text) or _IMPORT.match(text) or text.startswith("@") or not _NAME.search(text):
        return True
    found = _ASSIGNED.match(text)
    return found is not None and (text.startswith("lambda", found.end() + 1) or not _CALL.search(text, found.end()))


def _all(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
