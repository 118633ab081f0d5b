"""`gradgym verify`: a course is proved before a student sees it.

For an exercise: the stub is recognised as not written, the reference passes under several seeds and well inside its
limits,
every known mistake is caught by the check it names and diagnosed by its id, also-correct programs get full marks,
points add
up, and nothing of the reference stands in the public folder.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.api import Grader, Programs, Submission
from grader.course.model import CourseError, Exercise
from grader.report.model import Report, Verdict, plain_points

_ROOM = 3  # the reference must need at most a third of its limit
_SEEDS = (0, 1, 2, 3, 4)
_SHORT_LINE = 12


@dataclass
class Proof:
    """What `prove` found.

    `table[mistake][check]` is whether the check fails on that mistake; `problems` end with the next step.
    """

    exercise: Exercise
    checks: list[str] = field(default_factory=list)
    table: dict[str, dict[str, bool]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gradings: int = 0
    slowest: float = 0.0

    @property
    def holds(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class _Run:
    name: str
    source: str
    seed: int
    judge: Callable[[Report], Iterator[str]]


def prove(
    exercise: Exercise, grader: Grader, *, jobs: int = 2, on_step: Callable[[int, int], None] | None = None
) -> Proof:
    """Prove one exercise with a grader whose settings run all checks. `on_step(done, of)` tells the progress."""
    proof = Proof(exercise)
    proof.problems += _leaks(exercise)
    try:
        programs = grader.programs(exercise)
    except CourseError as broken:
        proof.problems.append(_sentence(str(broken)))
        return proof
    proof.problems += _declarations(exercise, programs)
    runs = _plan(exercise, programs, proof)
    proof.gradings = len(runs)
    with ThreadPoolExecutor(jobs) as threads:
        reports = threads.map(
            lambda run: grader.grade(Submission(run.name, run.source.encode()), exercise, seed=run.seed), runs
        )
        for done, (run, report) in enumerate(zip(runs, reports, strict=True), 1):
            proof.problems += _unusable(run.name, report) or run.judge(report)
            if on_step:
                on_step(done, len(runs))
    proof.notes += _idle_checks(proof, programs)
    return proof


def _plan(exercise: Exercise, programs: Programs, proof: Proof) -> list[_Run]:
    """Every grading that the proof needs."""
    assert exercise.reference is not None
    reference, stub = exercise.reference.read_text("utf-8"), exercise.stub.read_text("utf-8")
    proof.checks = [check["name"].removeprefix("test_") for check in programs.checks if check["hidden"]]
    runs = [_Run("the stub", stub, 0, _judge_stub)]
    runs += [_Run("the reference", reference, seed, _judge_right("the reference", seed, proof)) for seed in _SEEDS]
    for program in programs.programs:
        name, source = program["id"], program["source"]
        if program["caught_by"]:
            runs.append(_Run(name, source, 0, _judge_mistake(name, program["caught_by"], proof)))
        else:
            runs += [_Run(name, source, seed, _judge_right(name, seed, proof)) for seed in _SEEDS[:3]]
    return runs


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


def _judge_stub(report: Report) -> Iterator[str]:
    for check in report.checks:
        if check.verdict not in (Verdict.NOT_WRITTEN, Verdict.SKIPPED):
            yield (
                f"the stub: {check.name} ends {check.verdict} instead of not_written ({check.rationale}). "
                "Make every function and method of the stub raise NotImplementedError."
            )


def _judge_right(name: str, seed: int, proof: Proof) -> Callable[[Report], Iterator[str]]:
    def judge(report: Report) -> Iterator[str]:
        if report.message:
            yield f"{name} (seed {seed}): {report.message} Mend the program."
            return
        for check in report.checks:
            proof.slowest = max(proof.slowest, check.seconds)
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


def _judge_mistake(name: str, caught_by: str, proof: Proof) -> Callable[[Report], Iterator[str]]:
    wanted = caught_by.removeprefix("test_")

    def judge(report: Report) -> Iterator[str]:
        proof.table[name] = {
            check.name: check.verdict not in (Verdict.PASSED, Verdict.SKIPPED)
            for check in report.checks
            if check.hidden
        }
        named = next((check for check in report.checks if check.hidden and check.name == wanted), None)
        if report.message:
            yield f"mistake {name}: {report.message} Write the mistake so that it can be graded."
        elif named is None:
            yield f"mistake {name}: caught_by={caught_by!r} names no hidden check. Name one."
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


def _leaks(exercise: Exercise) -> Iterator[str]:
    """Lines of the reference's bodies that stand in the public folder."""
    if exercise.reference is None:
        return
    stub = {line.strip() for line in exercise.stub.read_text("utf-8").splitlines()}
    lines = {line.strip() for line in _code_lines(exercise.reference)} - stub
    for path in sorted(exercise.folder.glob("*")):
        if path.suffix not in (".py", ".md", ".toml"):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip() in lines:
                yield f"{path.name} line {number} gives away a line of the reference: {line.strip()!r}. Reword it."


def _code_lines(path: Path) -> Iterator[str]:
    """Lines of code that would tell something: no imports, definitions, comments, text or short lines."""
    text = path.read_text("utf-8")
    prose = _prose_lines(text)
    for number, line in enumerate(text.splitlines(), 1):
        code = line.strip()
        telling = len(code) > _SHORT_LINE and not code.startswith(
            ("#", "import ", "from ", "def ", "class ", "@", "raise ")
        )
        if telling and number not in prose:
            yield code


def _prose_lines(text: str) -> set[int]:
    """The numbers of lines inside docstrings and other strings of several lines."""
    return {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.end_lineno != node.lineno
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def _idle_checks(proof: Proof, programs: Programs) -> Iterator[str]:
    for name in proof.checks:
        if proof.table and not any(row.get(name) for row in proof.table.values()):
            yield f"{name} catches none of the known mistakes. Add a mistake that it catches, or say why it is there."


def as_data(proof: Proof) -> dict[str, Any]:
    """A proof as plain data, for --json."""
    return {
        "exercise": proof.exercise.slug,
        "holds": proof.holds,
        "problems": proof.problems,
        "notes": proof.notes,
        "gradings": proof.gradings,
        "table": {name: [check for check, caught in row.items() if caught] for name, row in proof.table.items()},
    }
