"""How a check ends early: with a value and words, not with a stack trace."""

from __future__ import annotations

from grader.report.model import Difference, Where


class CheckFailed(Exception):
    """The check failed for the reason given. `rule` is the id of a mistake recognised by rule, with its own hint."""

    def __init__(self, rationale: str, *, difference: Difference | None = None, rule: str = "", hint: str = "") -> None:
        super().__init__(rationale)
        self.rationale = rationale
        self.difference = difference
        self.rule = rule
        self.hint = hint


class StudentRaised(Exception):
    """The code under test raised. `bases` are the class names of the exception, itself first."""

    def __init__(self, type_name: str, bases: tuple[str, ...], message: str, where: Where | None) -> None:
        super().__init__(f"{type_name}: {message}")
        self.type_name = type_name
        self.bases = bases
        self.message = message
        self.where = where


class BrokenExercise(Exception):
    """The author's side failed: the reference raised, or a check can't run. Never the student's fault."""


class Doubtful(BrokenExercise):
    """A check can't run, and a student's value may be why: whoever runs it tries the check on the reference alone."""


class ReferenceRaised(Doubtful):
    """The reference raised in a scenario. (Or could not but raise, after the student changed what both were given.)"""


class GradingStopped(Exception):
    """The grading can't go on, for a reason that is not this check's: whoever runs the checks handles it."""


class NamesMissing(CheckFailed):
    """The submission lacks names that the exercise asks for."""

    def __init__(self, names: list[str], file: str) -> None:
        listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        super().__init__(
            f"{file} doesn't define {listed}. Names must be spelled as in the stub.",
            hint="Compare the names in your file with those in the statement.",
        )
