"""How each verdict is said, and who acts next."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from grader.report.model import Verdict


class Actor(StrEnum):
    """Who acts next."""

    NOBODY = "nobody"
    STUDENT = "student"
    AUTHOR = "author"
    OPERATOR = "operator"


class Word(NamedTuple):
    """The signs are one column wide; `ascii` is for terminals that know no others. `next_step` is one sentence."""

    symbol: str
    ascii: str
    word: str
    who: Actor
    next_step: str


WORDS: Final[dict[Verdict, Word]] = {
    Verdict.PASSED: Word("✓", "+", "passed", Actor.NOBODY, "Nothing is left to do here."),
    Verdict.WRONG: Word(
        "✗", "x", "wrong", Actor.STUDENT, "Compare what your code gave with what was expected, then change it."
    ),
    Verdict.NOT_WRITTEN: Word(
        "○", "o", "not written yet", Actor.STUDENT, "Replace raise NotImplementedError with your own code."
    ),
    Verdict.CRASHED: Word(
        "!", "!", "crashed", Actor.STUDENT, "An exception ended your code: start at the line that is named."
    ),
    Verdict.TIMED_OUT: Word(
        "◷", "t", "out of time", Actor.STUDENT, "Look for a loop that never ends, or work done one element at a time."
    ),
    Verdict.OUT_OF_MEMORY: Word(
        "▲", "m", "out of memory", Actor.STUDENT, "Look for a tensor far too large, or a list that keeps growing."
    ),
    Verdict.FORBIDDEN: Word(
        "⊘", "#", "not allowed here", Actor.STUDENT, "Write this part yourself, without the name that is not allowed."
    ),
    Verdict.SKIPPED: Word("»", ">", "skipped", Actor.STUDENT, "It runs once the checks that it needs have passed."),
    Verdict.BROKEN_EXERCISE: Word(
        "?", "?", "broken exercise", Actor.AUTHOR, "The exercise is at fault, not your code: tell its author."
    ),
    Verdict.NOT_GRADED: Word(
        "~", "~", "not graded", Actor.OPERATOR, "The platform is at fault, not your code: this uses up no attempt."
    ),
}
