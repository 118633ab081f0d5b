"""What the end of a check means: an exception becomes a verdict with words."""

from __future__ import annotations

from grader.checks.failure import BrokenExercise, CheckFailed, NamesMissing, StudentRaised
from grader.checks.rules import RULES
from grader.report.model import Verdict
from grader.report.outcome import Outcome

_OUT_OF_MEMORY = ("can't allocate memory", "not enough memory", "CUDA out of memory", "out of memory")


def outcome_of(error: BaseException) -> Outcome | None:
    """The outcome that an exception from a check stands for; None when it is not one of ours."""
    if isinstance(error, NamesMissing):
        return Outcome(verdict=Verdict.NOT_WRITTEN, rationale=error.rationale, hint=error.hint)
    if isinstance(error, CheckFailed):
        return Outcome(
            verdict=Verdict.WRONG,
            rationale=error.rationale,
            hint=error.hint,
            mistake=error.rule,
            difference=error.difference,
        )
    if isinstance(error, StudentRaised):
        return _raised(error)
    if isinstance(error, BrokenExercise):
        return Outcome(verdict=Verdict.BROKEN_EXERCISE, rationale=f"The exercise itself is at fault: {error}.")
    if isinstance(error, AssertionError) and error.args and isinstance(error.args[0], str):
        return Outcome(verdict=Verdict.WRONG, rationale=error.args[0])
    return None


def _raised(raised: StudentRaised) -> Outcome:
    bases = set(raised.bases)
    if "NotImplementedError" in bases:
        return Outcome(
            verdict=Verdict.NOT_WRITTEN,
            rationale="This part is not written yet.",
            hint=RULES["not_started"],
            mistake="not_started",
            where=raised.where,
        )
    if "ForbiddenUse" in bases:
        return Outcome(verdict=Verdict.FORBIDDEN, rationale=raised.message, where=raised.where)
    if "MemoryError" in bases or "OutOfMemoryError" in bases or any(text in raised.message for text in _OUT_OF_MEMORY):
        where = " on the device" if "OutOfMemoryError" in bases else ""
        return Outcome(
            verdict=Verdict.OUT_OF_MEMORY,
            rationale=f"Your code asked for more memory{where} than it may use.",
            where=raised.where,
        )
    message = f": {raised.message}" if raised.message else ""
    mistake = "wrong_device" if "Expected all tensors to be on the same device" in raised.message else ""
    return Outcome(
        verdict=Verdict.CRASHED,
        rationale=f"Your code raised {raised.type_name}{message}",
        mistake=mistake,
        hint=RULES.get(mistake, ""),
        where=raised.where,
    )
