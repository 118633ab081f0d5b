"""Invented reports. Each fixture hands out a function or a finished report; nothing here grades anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.report import CheckResult, Difference, Report, Verdict, Where

BIAS = "The first moment is not bias-corrected: at step 1 it is only a tenth of the gradient. What should divide it?"
HOSTILE = (
    "[bold red]markup[/bold red] [link=http://mallory.example]x[/link] :bomb:\x1b[31mred\x1b[0m\x1b]0;title\x07"
    "\x1b]8;;http://mallory.example\x1b\\click\x1b]8;;\x1b\\\x9b2J\x07\x08\x00\u202eabc\u2066\ud800"
    '<script>alert(1)</script> <img src=x onerror=alert(1)> " onmouseover="alert(1) \' &amp; ]]> {title} %s'
)

NO_JAIL = "This was not graded, and it is not your fault: the jail could not be set up."

Make = Callable[..., Any]


def make_check(name: str = "test_plain_step", verdict: Verdict = Verdict.PASSED, **more: Any) -> CheckResult:
    fields: dict[str, Any] = {"title": name.removeprefix("test_").replace("_", " "), "points": 1250, "hidden": True}
    if verdict is Verdict.PASSED:
        fields["earned"] = more.get("points", 1250)
    return CheckResult(name=name, verdict=verdict, **{**fields, **more})


def make_report(*checks: CheckResult, **more: Any) -> Report:
    failed = [check.verdict for check in checks if check.verdict is not Verdict.PASSED]
    fields: dict[str, Any] = {
        "exercise": "adam",
        "title": "Adam, with bias correction",
        "verdict": failed[0] if failed else Verdict.PASSED,
        "checks": checks,
        "submission": "ada/adam.py",
        "score": sum(check.earned for check in checks),
        "max_score": sum(check.points for check in checks),
        "mistakes": tuple(dict.fromkeys(check.mistake for check in checks if check.mistake)),
        "seconds": 0.118,
        "seed": 20240117,
        "exercise_hash": "3f9ac2",
        "environment": {"python": "3.11.2", "torch": "2.13.0"},
    }
    return Report(**{**fields, **more})


def bobs_report() -> Report:
    worst = Difference(
        what="weights[1]",
        kind="values",
        got="0.0123456789",
        expected="0.1000000000",
        allowed="1e-07",
        worst=(2, 1),
        differing=12,
        total=48,
        got_shape=(12, 4),
        expected_shape=(12, 4),
        got_dtype="torch.float64",
        expected_dtype="torch.float64",
    )
    where = Where(file="adam.py", line=31, source="p.sub_(lr * self.exp_avg[i] / denominator)", function="Adam.step")
    return make_report(
        make_check("test_state_starts_at_zero", title="the moments start at zero"),
        make_check(
            "test_first_steps_are_bias_corrected",
            Verdict.WRONG,
            title="the first steps match Adam with bias correction",
            rationale="After five steps the weights are not those of Adam.",
            hint=BIAS,
            mistake="no_bias_correction",
            difference=worst,
            where=where,
        ),
        make_check(
            "test_long_run",
            Verdict.WRONG,
            title="200 steps on a quadratic end where Adam ends",
            rationale="The path leaves that of Adam at step 1.",
            hint=BIAS,
            mistake="no_bias_correction",
        ),
        make_check(
            "test_shapes",
            Verdict.WRONG,
            title="a one-column weight keeps its shape",
            rationale="The new weight has another shape than the old one.",
            hint="Which operation adds an axis?",
            difference=Difference(
                what="weights", kind="shape", got_shape=(4, 1, 1), expected_shape=(4, 1), got="", expected=""
            ),
        ),
        make_check(
            "test_bad_input",
            Verdict.CRASHED,
            title="a negative learning rate is refused",
            rationale="TypeError: '<' not supported between instances of 'Tensor' and 'str'",
            where=Where(file="adam.py", line=12, source="if lr < '0':", function="Adam.__init__"),
            hint="Which error should a caller see?",
        ),
        make_check("test_foreach", Verdict.SKIPPED, title="many tensors at once", rationale="waits for test_long_run"),
        make_check("test_in_place", title="the weights are changed in place"),
        submission="bob/adam.py",
        stdout="".join(f"step {i}: loss {1 / (i + 1):.4f}\n" for i in range(120)),
        stderr="adam.py:20: UserWarning: the moments were made anew\n",
    )


def every_report() -> list[Report]:
    """One report of every kind that a page or a terminal has to show."""
    passed = [make_check(f"test_part_{i}", title=f"part {i} does what it says", seconds=0.01) for i in range(1, 5)]
    unwritten = [make_check(check.name, Verdict.NOT_WRITTEN, title=check.title) for check in passed]
    where = Where(file="sgd_step.py", line=4, source="from torch.optim import SGD")
    endless = make_check("test_part_1", Verdict.TIMED_OUT, title="part 1", rationale="It took longer than 2 s.")
    public = [make_check(f"test_public_{i}", hidden=False, points=0, earned=0) for i in range(1, 4)]
    return [
        make_report(*passed),
        bobs_report(),
        make_report(*unwritten, submission="mallory/adam.py"),
        make_report(
            exercise="sgd_step",
            title="One step downhill",
            submission="mallory/sgd_step.py",
            verdict=Verdict.FORBIDDEN,
            message="torch.optim.SGD is not allowed in this exercise: write the step with tensor operations.",
            where=where,
            max_score=5000,
        ),
        make_report(endless, *passed[1:], submission="bob/late.py"),
        make_report(submission="ada/again.py", verdict=Verdict.NOT_GRADED, score=None, message=NO_JAIL),
        make_report(*public, submission="ada/laptop.py", hidden_checks_left=7, wall="none"),
    ]


def hostile_report() -> Report:
    """Every text that a student has a hand in is an attack."""
    difference = Difference(what=HOSTILE, kind="keys", got=HOSTILE, expected=HOSTILE, allowed=HOSTILE)
    where = Where(file=HOSTILE, line=1, source=HOSTILE, function=HOSTILE)
    check = make_check(
        HOSTILE,
        Verdict.WRONG,
        title=HOSTILE,
        rationale=HOSTILE,
        hint=HOSTILE,
        mistake=HOSTILE,
        difference=difference,
        where=where,
    )
    texts = dict.fromkeys(("exercise", "title", "submission", "message", "stdout", "stderr", "device"), HOSTILE)
    return make_report(check, **texts, where=where, environment={HOSTILE: HOSTILE}, exercise_hash=HOSTILE)


@pytest.fixture
def check() -> Make:
    """Make one check: `check("test_name", Verdict.WRONG, hint="...")`."""
    return make_check


@pytest.fixture
def report() -> Make:
    """Make one report of checks: `report(check(...), check(...), submission="ada/adam.py")`."""
    return make_report


@pytest.fixture
def bobs() -> Report:
    """Bob forgot the bias correction, and made three other mistakes."""
    return bobs_report()


@pytest.fixture
def everything() -> list[Report]:
    return every_report()


@pytest.fixture
def hostile() -> Report:
    return hostile_report()


@pytest.fixture
def hostile_text() -> str:
    return HOSTILE
