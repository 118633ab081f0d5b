"""Mutants: the reference with one small change, of the kind that people make.

Text is changed, not the tree, so that each mutant can be shown as the line before and the line after. `mutants_of`
gives the same mutants in the same order each time. What stands in annotations, docstrings, f-strings and messages of
errors is left alone.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grader.proof.operators import Edit, edits_of

_SHOWN = 200


@dataclass(frozen=True)
class Mutant:
    """One mutant: `id` names operator and line; `before` and `after` are the text of the changed lines."""

    id: str
    line: int
    before: str
    after: str
    source: str


def mutants_of(source: str) -> list[Mutant]:
    """All mutants of a module, in the order of its lines; no two are the same program."""
    places = _Places(source)
    tree = ast.parse(source)
    seen = {ast.dump(tree)}
    mutants = []
    count: Counter[str] = Counter()
    edits = sorted(edits_of(tree, source), key=lambda edit: (places.offset(*edit.begin), edit.operator, edit.text))
    for edit in edits:
        mutant = _made(edit, places, seen)
        if mutant is not None:
            count[mutant.id] += 1
            number = count[mutant.id]
            name = mutant.id if number == 1 else f"{mutant.id}.{number}"
            mutants.append(Mutant(name, mutant.line, mutant.before, mutant.after, mutant.source))
    return mutants


def spread(mutants: Sequence[Mutant], most: int) -> list[Mutant]:
    """At most so many of them, evenly spread over the file."""
    if most <= 0 or len(mutants) <= most:
        return list(mutants)
    return [mutants[place * len(mutants) // most] for place in range(most)]


def _made(edit: Edit, places: _Places, seen: set[str]) -> Mutant | None:
    data = places.data
    begin, end = places.offset(*edit.begin), places.offset(*edit.end)
    changed = data[:begin] + edit.text.encode() + data[end:]
    source = changed.decode()
    try:
        dump = ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        return None
    if dump in seen:
        return None
    seen.add(dump)
    first = data.rfind(b"\n", 0, begin) + 1
    last = data.find(b"\n", end)
    before = data[first : last if last >= 0 else len(data)]
    after = changed[first : (last if last >= 0 else len(data)) + len(changed) - len(data)]
    line = data.count(b"\n", 0, begin) + 1
    return Mutant(f"{edit.operator}@{line}", line, _shown(before), _shown(after), source)


def _shown(text: bytes) -> str:
    """Lines as one, without indentation."""
    return re.sub(r"\s+", " ", text.decode()).strip()[:_SHOWN]


class _Places:
    """Where a line and a column of the syntax tree are in the bytes of a text."""

    def __init__(self, source: str) -> None:
        self.data = source.encode()
        lengths = (len(line) for line in self.data.splitlines(keepends=True))
        self._starts = [0, *itertools.accumulate(lengths)]

    def offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column
