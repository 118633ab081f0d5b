"""The sentences of a report, the same in every renderer: headline, next step, notes, why a check failed, where."""

from __future__ import annotations

from grader.report.causes import likely_causes
from grader.report.differences import repeats, sentence
from grader.report.model import CheckResult, Report, Verdict, Where, plain_points
from grader.report.verdict_words import WORDS, Actor, Word


def verdict_words(verdict: Verdict) -> Word:
    """Symbol, word, who acts next, and the next step."""
    return WORDS[verdict]


def true_score(report: Report) -> int | None:
    """The score in milli-points, None when it means nothing: the platform or the exercise was at fault."""
    return report.score if WORDS[report.verdict].who in (Actor.NOBODY, Actor.STUDENT) else None


def headline(report: Report) -> str:
    """ "5 of 7 hidden checks passed, 3.75 of 5 points" """
    word = WORDS[report.verdict].word
    score = true_score(report)
    if score is None:
        return f"{word.capitalize()}: this changes no score"
    public = [check for check in report.checks if not check.hidden]
    hidden = [check for check in report.checks if check.hidden]
    passed = [_passed(kind, checks) for kind, checks in (("public", public), ("hidden", hidden)) if checks]
    said = f"{' and '.join(passed)} passed" if passed else f"{word}, no check was run"
    if report.max_score:
        said += f", {points_of(score, report.max_score)}"
    return said[0].upper() + said[1:]


def _passed(kind: str, checks: list[CheckResult]) -> str:
    good = sum(check.verdict is Verdict.PASSED for check in checks)
    if good == len(checks) > 1:
        return f"all {good} {kind} checks"
    return f"{good} of {count(len(checks), f'{kind} check')}"


def next_step(report: Report) -> str:
    """What to do now; empty when all is well, or when likely causes or several verdicts of checks say it already."""
    if report.message and not report.checks and report.verdict is Verdict.CRASHED:
        return ""  # nothing ran: the message is about the file, and ends with the next step itself
    ways = {check.verdict for check in report.checks} - {Verdict.PASSED, Verdict.SKIPPED}
    told = len(ways) > 1 or (report.verdict is Verdict.WRONG and likely_causes(report))
    if report.verdict is Verdict.PASSED or (told and true_score(report) is not None):
        return ""
    return WORDS[report.verdict].next_step


def notes(report: Report) -> tuple[str, ...]:
    """What a reader must know of how this grading was made, one sentence each."""
    said = [*report.notes]
    if report.hidden_checks_left > 0:
        verb = "remains: it was" if report.hidden_checks_left == 1 else "remain: they were"
        said.append(f"{count(report.hidden_checks_left, 'hidden check')} {verb} not run here.")
    if report.wall != "jail":
        said.append("There was no wall: the code ran with all the rights of the person who ran it.")
    return tuple(said)


def why(check: CheckResult) -> str:
    """The verdict of a check that did not pass, and its reason: "wrong: the second step differs"."""
    word = WORDS[check.verdict].word
    said = check.rationale
    if check.difference and (not said or repeats(said, check.difference)):
        said = sentence(check.difference)
    if said:
        return said if word in said.lower() else f"{word}: {said}"
    if check.hidden and check.visible == "after_due":
        return f"{word}: the details are shown after the due date"
    return word


def sentence_below(check: CheckResult) -> list[str]:
    """The sentence of a check's difference, in a list that is empty when `why` has said it."""
    said = sentence(check.difference) if check.difference else ""
    return [said] if said and not why(check).endswith(said) else []


def place(where: Where) -> str:
    """ "adam.py, line 12, in adam_step", or "adam.ipynb, cell 5, line 12, in adam_step" """
    cell = f", cell {where.cell}" if where.cell else ""
    return f"{where.file}{cell}, line {where.line}" + (f", in {where.function}" if where.function else "")


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def points(milli: int) -> str:
    return str(plain_points(milli))


def points_of(earned: int, of: int) -> str:
    """ "3.75 of 5 points" """
    return f"{points(earned)} of {points(of)} {'point' if of == 1000 else 'points'}"
