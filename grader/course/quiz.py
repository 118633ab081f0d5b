"""Quiz items as values, and judging an answer to one: the same sentence wherever it is asked."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

_LONGEST: Final = 40  # characters of a typed number
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Judgement:
    """What became of an answer. `unreadable` is no attempt: the sentence says how to write it."""

    outcome: Literal["right", "wrong", "unreadable"]
    sentence: str

    @property
    def right(self) -> bool:
        return self.outcome == "right"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a choice. `key` names it in a form without telling its place in the file."""

    key: str
    text: str
    right: bool
    why: str  # why it is wrong; empty for the right one


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A wrong number that deserves a sentence."""

    value: Fraction
    why: str


@dataclass(frozen=True, kw_only=True)
class _Item:
    id: str
    question: str  # Markdown with $math$, as all texts of an item
    explain: str
    teaches: tuple[str, ...]
    exercises: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Choice(_Item):
    """A question with options, one of which is right. They stand in the order of the file: show them shuffled."""

    options: tuple[Option, ...]

    @property
    def right(self) -> Option:
        return next(option for option in self.options if option.right)

    def shuffled(self, seed: str) -> tuple[Option, ...]:
        """The options in an order that depends on `seed` and the item only, so that a page can show it again."""
        return tuple(random.Random(f"{seed} {self.id}").sample(self.options, len(self.options)))

    def judge(self, answer: str) -> Judgement:
        """`answer` is the key of an option."""
        for option in self.options:
            if option.key == answer:
                return Judgement("right", self.explain) if option.right else Judgement("wrong", option.why)
        return Judgement("unreadable", "Choose one of the options.")


@dataclass(frozen=True, kw_only=True)
class Numeric(_Item):
    """A question whose answer is a number, right within `tolerance` (0 means exactly). `unit` stands behind the box."""

    answer: Fraction
    tolerance: Fraction
    unit: str
    slips: tuple[Slip, ...]

    def judge(self, answer: str) -> Judgement:
        """`answer` is what was typed: 0.2, .2, 2e-1 or 1/5, with a decimal point and without a unit."""
        value = read_number(answer)
        if value is None:
            return Judgement(
                "unreadable", "Write a number alone, with a decimal point, for example 0.25, 2.5e-1 or 1/4."
            )
        if abs(value - self.answer) <= self.tolerance:
            return Judgement("right", self.explain)
        for slip in self.slips:
            if abs(value - slip.value) <= self.tolerance:
                return Judgement("wrong", slip.why)
        return Judgement("wrong", "That is not it. Work it out step by step on paper and try again.")


Item = Choice | Numeric


def option_key(item: str, text: str) -> str:
    """The key of an option: eight digits that stay the same when the options of an item change places."""
    return hashlib.sha256(f"{item}\n{text}".encode()).hexdigest()[:8]


def read_number(text: str) -> Fraction | None:
    """The exact value of a typed number or fraction of two numbers, or None when it is neither."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    parts = [part.strip() for part in text.split("/")]
    if len(text) > _LONGEST or len(parts) > 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    value, divisor = Fraction(parts[0]), Fraction(parts[1]) if len(parts) == 2 else Fraction(1)
    return value / divisor if divisor else None
