"""The proof of one exercise.

The stub is recognised as not written; the reference passes under several seeds and well inside its limits; every known
mistake is caught by the check it names and diagnosed by its id; also-correct programs get full marks; both keep away
from the tolerances; points add up; nothing of the reference stands in the public folder. Where it is asked for, the
hidden checks notice small changes of the reference.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from grader.api import Grader, Programs, Submission, Trial
from grader.course.equivalent import read_equivalents
from grader.course.model import CourseError, Exercise
from grader.proof.killing import Killing
from grader.proof.leaks import leaks
from grader.proof.margins import Margins
from grader.report.model import Report, Verdict, plain_points

USUAL_SEEDS = 3
MANY_SEEDS = 20
_ROOM = 3  # the reference must need at most a third of its limit
_SEEDS_OF_REFERENCE = 5
_MEASURED = Trial(margins=True)
_PATIENCE = 5  # a mutant may take this many times as long as the reference

Ratios = dict[str, float]  # name of a check -> how much of its tolerance was used


@dataclass
class Proof:
    """What `prove` found.

    `table[mistake][check]` is whether the check fails on that mistake; `problems` end with the next step.
    """

    exercise: Exercise
    checks: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)  # checks that don't run on this device: skipped, and not proved
    table: dict[str, dict[str, bool]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    margins: Margins = field(default_factory=Margins)
    killing: Killing | None = None
    gradings: int = 0
    slowest: float = 0.0
    longest: float = 0.0  # all checks of a right answer together
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class _Run:
    name: str
    source: str
    seed: int
    judge: Callable[[Report, Ratios], Iterator[str]]
    trial: Trial = _MEASURED


def prove(
    exercise: Exercise,
    grader: Grader,
    *,
    jobs: int = 2,
    seeds: int = USUAL_SEEDS,
    mutants: int | None = None,
    on_step: Callable[[int, int], None] | None = None,
) -> Proof:
    """Prove one exercise with a grader whose settings run all checks. `on_step(done, of)` tells the progress.

    seeds: of also-correct programs. mutants: how many changes of the reference to try, 0 all, None none.
    """
    began = time.monotonic()
    proof = Proof(exercise)
    proof.problems += leaks(exercise)
    try:
        programs = grader.programs(exercise)
        if mutants is not None and exercise.reference is not None:
            proof.killing = Killing.of(exercise.reference.read_text("utf-8"), read_equivalents(exercise), mutants)
    except CourseError as broken:
        proof.problems.append(_sentence(str(broken)))
        return proof
    proof.problems += _declarations(exercise, programs)
    device = grader.settings.device
    proof.elsewhere = [_short(check["name"]) for check in programs.checks if device not in check["devices"]]
    runs = _plan(exercise, programs, proof, seeds)
    total = len(runs) + (len(proof.killing.run) if proof.killing else 0)
    with ThreadPoolExecutor(jobs) as threads:
        # The mutants come second: how long they may take depends on the reference.
        while runs:
            for run, report, ratios in threads.map(lambda run: _graded(run, grader, exercise), runs):
                proof.gradings += 1
                proof.problems += _unusable(run.name, report) or run.judge(report, ratios)
                if on_step:
                    on_step(proof.gradings, total)
            runs = _mutant_runs(proof) if proof.gradings < total else []
    if not exercise.margin:
        proof.problems += proof.margins.problems()
    if proof.killing:
        proof.problems += proof.killing.problems()
    proof.notes += _skipped(proof, programs, device)
    proof.notes += _idle_checks(proof)
    proof.notes += [f"the probe can't use what the reference answers to {item}." for item in programs.unusable]
    proof.seconds = time.monotonic() - began
    return proof


def _graded(run: _Run, grader: Grader, exercise: Exercise) -> tuple[_Run, Report, Ratios]:
    ratios: Ratios = {}

    def on_check(spec: dict[str, Any], outcome: Any) -> None:
        if outcome.margin is not None:
            ratios[_short(spec["name"])] = outcome.margin

    submission = Submission(run.name, run.source.encode())
    report = grader.grade(submission, exercise, seed=run.seed, trial=run.trial, on_check=on_check)
    return run, report, ratios


def _mutant_runs(proof: Proof) -> list[_Run]:
    """Every mutant once, with a limit that an endless one reaches soon."""
    killing = proof.killing
    if killing is None:
        return []
    seconds = min(proof.exercise.limits.seconds, max(1.0, _PATIENCE * proof.slowest, proof.longest))
    trial = Trial(brief=True, seconds=seconds)

    def judged(mutant: Any) -> Callable[[Report, Ratios], Iterator[str]]:
        def judge(report: Report, ratios: Ratios) -> Iterator[str]:
            killing.judge(mutant, report)
            return iter(())

        return judge

    return [_Run(f"mutant {one.id}", one.source, 0, judged(one), trial) for one in killing.run]


def _plan(exercise: Exercise, programs: Programs, proof: Proof, seeds: int) -> list[_Run]:
    """Every grading that the proof needs."""
    assert exercise.reference is not None
    reference, stub = exercise.reference.read_text("utf-8"), exercise.stub.read_text("utf-8")
    proof.checks = [_short(check["name"]) for check in programs.checks if check["hidden"]]
    runs = [_Run("the stub", stub, 0, _judge_stub)]
    runs += [
        _Run("the reference", reference, seed, _judge_right("the reference", seed, proof))
        for seed in range(_SEEDS_OF_REFERENCE)
    ]
    for program in programs.programs:
        name, source = program["id"], program["source"]
        if program["caught_by"]:
            runs.append(_Run(name, source, 0, _judge_mistake(name, program["caught_by"], proof)))
        else:
            runs += [_Run(name, source, seed, _judge_right(name, seed, proof)) for seed in range(seeds)]
    return runs


def _short(name: str) -> str:
    """A check's name as reports show it."""
    return name.removeprefix("test_")


def _sentence(text: str) -> str:
    """The text with one full stop at its end."""
    return f"{text.rstrip().rstrip('.')}."


def _unusable(name: str, report: Report) -> list[str]:
    if report.verdict in (Verdict.NOT_GRADED, Verdict.BROKEN_EXERCISE):
        why = report.message or next(
            (check.rationale for check in report.checks if check.verdict is Verdict.BROKEN_EXERCISE), "no reason given"
        )
        return [f"{name}: {why}"]
    return []


def _judge_stub(report: Report, ratios: Ratios) -> Iterator[str]:
    for check in report.checks:
        if check.verdict not in (Verdict.NOT_WRITTEN, Verdict.SKIPPED):
            yield (
                f"the stub: {check.name} ends {check.verdict} instead of not_written ({check.rationale}). "
                "Make every function and method of the stub raise NotImplementedError."
            )


def _judge_right(name: str, seed: int, proof: Proof) -> Callable[[Report, Ratios], Iterator[str]]:
    def judge(report: Report, ratios: Ratios) -> Iterator[str]:
        if report.message:
            yield f"{name} (seed {seed}): {report.message} Mend the program."
            return
        proof.margins.see_right(name, ratios)
        proof.longest = max(proof.longest, sum(check.seconds for check in report.checks))
        for check in report.checks:
            proof.slowest = max(proof.slowest, check.seconds)
            if check.verdict is Verdict.SKIPPED and check.name in proof.elsewhere:
                continue
            if check.verdict is not Verdict.PASSED:
                yield (
                    f"{name} (seed {seed}): {check.name} ends {check.verdict}: {_sentence(check.rationale)} "
                    "Mend the program or the check."
                )
            elif check.seconds * _ROOM > proof.exercise.limits.seconds:
                yield (
                    f"{name}: {check.name} took {check.seconds:.2f} s of {proof.exercise.limits.seconds:g} s. "
                    "Raise [limits] seconds in exercise.toml or make the check smaller."
                )

    return judge


def _judge_mistake(name: str, caught_by: str, proof: Proof) -> Callable[[Report, Ratios], Iterator[str]]:
    wanted = _short(caught_by)

    def judge(report: Report, ratios: Ratios) -> Iterator[str]:
        proof.table[name] = {
            check.name: check.verdict not in (Verdict.PASSED, Verdict.SKIPPED)
            for check in report.checks
            if check.hidden
        }
        named = next((check for check in report.checks if check.hidden and check.name == wanted), None)
        if named is not None:
            proof.margins.see_wrong(name, named, ratios)
        if report.message:
            yield f"mistake {name}: {report.message} Write the mistake so that it can be graded."
        elif named is None:
            yield f"mistake {name}: caught_by={caught_by!r} names no hidden check. Name one."
        elif wanted in proof.elsewhere:
            return
        elif named.verdict is Verdict.PASSED:
            yield f"mistake {name} passes {wanted}, which should catch it. Sharpen the check or name another one."
        elif named.mistake != name:
            told = f"as {named.mistake}" if named.mistake else "as nothing"
            yield f"mistake {name} is caught by {wanted} but diagnosed {told}. Make the probe tell them apart."

    return judge


def _declarations(exercise: Exercise, programs: Programs) -> Iterator[str]:
    """What can be told without running anything."""
    hidden = [check for check in programs.checks if check["hidden"]]
    public = [check for check in programs.checks if not check["hidden"]]
    total = sum(check["points"] for check in hidden)
    if total != exercise.points:
        yield (
            f"the hidden checks add up to {plain_points(total)} points, "
            f"exercise.toml says {plain_points(exercise.points)}. Change one of them."
        )
    if len(hidden) != exercise.hidden_checks:
        yield f"exercise.toml says hidden_checks = {exercise.hidden_checks}, test_hidden.py has {len(hidden)}. Mend it."
    for check in public:
        if check["points"]:
            yield f"the public check {check['name']} has points. Points belong to hidden checks: take them off."
    names = {check["name"] for check in hidden}
    if len(names) != len(hidden):
        yield "two hidden checks have the same name. Rename one."
    for check in programs.checks:
        for needed in set(check["needs"]) - {other["name"] for other in programs.checks}:
            yield f"{check['name']} needs {needed}, which is no check of this exercise. Write the test function's name."
    if not any(program["caught_by"] for program in programs.programs):
        yield "mistakes.py names no mistake, so no check is proved to catch anything. Add at least one."


def _skipped(proof: Proof, programs: Programs, device: str) -> Iterator[str]:
    """What this device leaves without proof."""
    if not proof.elsewhere:
        return
    mistakes = [one["id"] for one in programs.programs if _short(one["caught_by"]) in proof.elsewhere]
    unproved = f", so nothing is proved here of the mistakes {', '.join(mistakes)}" if mistakes else ""
    yield f"skipped, because they don't run on {device}: {', '.join(proof.elsewhere)}{unproved}."


def _idle_checks(proof: Proof) -> Iterator[str]:
    for name in proof.checks:
        if name in proof.elsewhere:
            continue
        if proof.table and not any(row.get(name) for row in proof.table.values()):
            yield f"{name} catches none of the known mistakes. Add a mistake that it catches, or say why it is there."


def as_data(proof: Proof) -> dict[str, Any]:
    """A proof as plain data, for --json."""
    data = {
        "exercise": proof.exercise.slug,
        "holds": proof.holds,
        "problems": proof.problems,
        "notes": proof.notes,
        "gradings": proof.gradings,
        "seconds": round(proof.seconds, 2),
        "largest_of_right": proof.margins.largest_right,
        "smallest_of_wrong": proof.margins.smallest_wrong,
        "table": {name: [check for check, caught in row.items() if caught] for name, row in proof.table.items()},
    }
    if killing := proof.killing:
        data["mutants"] = {
            "made": len(killing.every),
            "run": len(killing.run),
            "counted": killing.counted,
            "killed": killing.killed,
            "survivors": [
                {
                    "id": one.id,
                    "line": one.line,
                    "before": one.before,
                    "after": one.after,
                    "reason": killing.reason(one),
                }
                for one in killing.survivors
            ],
        }
    return data
