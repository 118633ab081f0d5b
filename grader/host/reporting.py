"""From what a grading found to the report: points, verdicts, the named mistake."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import Any

import msgspec

from grader import __version__
from grader.course.model import Exercise
from grader.host.found import Found
from grader.report.model import CheckResult, Report, Verdict, Where
from grader.report.outcome import Outcome

_REFUSED = {"forbidden": Verdict.FORBIDDEN, "syntax": Verdict.CRASHED, "text": Verdict.CRASHED}
_NAMED = (Verdict.WRONG, Verdict.CRASHED)


def report_of(
    exercise: Exercise,
    checks: Sequence[dict[str, Any]],
    found: Found,
    *,
    facts: dict[str, Any],
    torch: str,
) -> Report:
    """The report of one grading.

    `facts` are the fields that the caller knows (submission, seed, device, wall, hash).
    """
    refused, verdict, message, where = found.refused, Verdict.PASSED, "", None
    results = []
    if refused is None:
        results = [_result(spec, *found.outcomes.get(index, _NO_OUTCOME)) for index, spec in enumerate(checks)]
        results = _with_diagnosis(results, found.diagnosed)
    else:
        verdict, message = _REFUSED[refused["problem"]], refused["message"]
        where = _where(refused["where"], exercise.slug)
        nothing = Outcome(verdict=verdict, rationale=message)
        results = [_result(spec, nothing, 0.0) for spec in checks]
    forbidden = next((result for result in results if result.verdict is Verdict.FORBIDDEN), None)
    if forbidden is not None:
        verdict, message = Verdict.FORBIDDEN, forbidden.rationale
        where = where or forbidden.where
        results = [msgspec.structs.replace(result, earned=0) for result in results]
    else:
        verdict = verdict if refused else overall(results)
    return Report(
        exercise=exercise.slug,
        title=exercise.title,
        verdict=verdict,
        checks=tuple(results),
        message=message,
        where=where,
        score=sum(result.earned for result in results),
        max_score=sum(result.points for result in results),
        mistakes=tuple(dict.fromkeys(result.mistake for result in results if result.mistake)),
        stdout=found.stdout,
        stderr=found.stderr,
        output_cut=found.output_cut,
        seconds=round(found.seconds, 4),
        cpu_seconds=round(found.cpu_seconds, 4),
        peak_memory_mb=round(found.peak_kb / 1024, 1),
        environment=environment(torch),
        **facts,
    )


def not_graded(exercise: Exercise, reason: str, *, facts: dict[str, Any]) -> Report:
    """The report when something of ours failed: no score, no attempt used, and the reason."""
    return Report(
        exercise=exercise.slug,
        title=exercise.title,
        verdict=Verdict.NOT_GRADED,
        message=f"This was not graded, and it is not your fault: {reason}",
        score=None,
        max_score=exercise.points,
        environment=environment(""),
        **facts,
    )


def broken(exercise: Exercise, *, facts: dict[str, Any]) -> Report:
    """The report when the exercise's own files can't be used."""
    return Report(
        exercise=exercise.slug,
        title=exercise.title,
        verdict=Verdict.BROKEN_EXERCISE,
        message=f"The exercise itself is at fault. Its author learns why from `gradgym verify {exercise.slug}`.",
        score=None,
        max_score=exercise.points,
        environment=environment(""),
        **facts,
    )


def overall(results: Sequence[CheckResult]) -> Verdict:
    """The verdict of the whole: the first check that did not pass says who acts next.

    A broken exercise outranks the rest.
    """
    verdicts = [result.verdict for result in results if result.verdict not in (Verdict.PASSED, Verdict.SKIPPED)]
    if Verdict.BROKEN_EXERCISE in verdicts:
        return Verdict.BROKEN_EXERCISE
    return verdicts[0] if verdicts else Verdict.PASSED


def environment(torch: str) -> dict[str, str]:
    """What a later reader needs to replay the grade."""
    facts = {
        "gradgym": __version__,
        "python": platform.python_version(),
        "torch": torch,
        "system": f"{platform.system()} {platform.machine()}",
    }
    return {name: fact for name, fact in facts.items() if fact}


_NO_OUTCOME = (Outcome(verdict=Verdict.BROKEN_EXERCISE, rationale="The check ended without an outcome."), 0.0)


def _result(spec: dict[str, Any], outcome: Outcome, seconds: float) -> CheckResult:
    passed = outcome.verdict is Verdict.PASSED
    return CheckResult(
        name=spec["name"].removeprefix("test_"),
        title=spec["title"],
        verdict=outcome.verdict,
        points=spec["points"],
        earned=spec["points"] if passed else 0,
        rationale=outcome.rationale,
        hint=outcome.hint,
        mistake=outcome.mistake,
        difference=outcome.difference,
        where=outcome.where,
        seconds=seconds,
        visible=spec["visible"],
        hidden=spec["hidden"],
    )


def _with_diagnosis(results: Sequence[CheckResult], found: dict[str, Any] | None) -> list[CheckResult]:
    """A mistake that fits the whole probe explains every failed check.

    A weaker fit only those that no rule explains.
    """
    if found is None:
        return list(results)
    return [
        msgspec.structs.replace(result, mistake=found["id"], hint=found["hint"])
        if result.verdict in _NAMED and (found["certain"] or not result.mistake)
        else result
        for result in results
    ]


def _where(data: dict[str, Any] | None, slug: str) -> Where | None:
    return (
        Where(file=f"{slug}.py", line=data["line"], source=data["source"], function=data["function"]) if data else None
    )


def too_large(exercise: Exercise, most: int, *, facts: dict[str, Any]) -> Report:
    """The report on a file that is larger than any honest answer."""
    message = (
        f"The file is too large: at most {most} bytes are read. Take data and outputs out of it and send the code."
    )
    return unreadable(exercise, message, facts=facts)


def unreadable(exercise: Exercise, message: str, *, facts: dict[str, Any]) -> Report:
    """The report on a file that holds no code that could be graded. The message ends with the next step."""
    return Report(
        exercise=exercise.slug,
        title=exercise.title,
        verdict=Verdict.CRASHED,
        message=message,
        max_score=exercise.points,
        environment=environment(""),
        **facts,
    )
