"""Mistakes are named: by the whole probe, by the weaker rule, by a rule of every exercise; right answers never."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.api import Grader
from grader.checks.bank import Bank, alike, read_mistakes
from grader.checks.declare import Mistake, mistake
from grader.checks.failure import BrokenExercise
from grader.course.model import Exercise
from grader.proof import prove
from grader.report import CheckResult, Report, Verdict

Grade = Callable[..., Report]

TRIPLES_HINT = "Three times is too much of a good thing."


def double_it(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"import torch\ndef double_it(x):\n    if not x.is_floating_point():\n        raise ValueError\n{lines}"


def failed(report: Report) -> dict[str, CheckResult]:
    return {check.name: check for check in report.checks if check.verdict in (Verdict.WRONG, Verdict.CRASHED)}


# In a real grading


@pytest.mark.jail
def test_a_known_mistake_is_named_with_its_hint(grade: Grade) -> None:
    report = grade("double_it", double_it("return x + x + x"))
    assert report.mistakes == ("triples",)
    assert {check.mistake for check in failed(report).values()} == {"triples"}
    assert {check.hint for check in failed(report).values()} == {TRIPLES_HINT}


@pytest.mark.jail
def test_a_mistake_is_named_in_every_check_that_shows_it(grade: Grade) -> None:
    report = grade("double_it", double_it("x *= 2\nreturn x"))
    assert report.mistakes == ("doubles_in_place",)
    assert {"values", "input_kept"} <= set(failed(report))
    assert all(check.mistake == "doubles_in_place" for check in failed(report).values())


@pytest.mark.jail
def test_a_mistake_in_what_is_accepted_is_named(grade: Grade) -> None:
    report = grade("double_it", "def double_it(x):\n    return 2 * x\n")
    assert report.mistakes == ("takes_anything",)
    assert set(failed(report)) == {"whole_numbers", "bad_input"}


@pytest.mark.jail
def test_a_mistake_that_fits_where_the_answer_is_wrong_is_named_by_the_weaker_rule(grade: Grade) -> None:
    """Tripled where the numbers are positive, right elsewhere: on every item that is wrong, `triples` agrees."""
    report = grade("double_it", double_it("return torch.where(x > 0, 3 * x, 2 * x)"))
    assert report.mistakes == ("triples",)
    assert failed(report)["values"].hint == TRIPLES_HINT


@pytest.mark.jail
def test_a_weaker_fit_does_not_displace_a_rule(grade: Grade) -> None:
    """An axis too many in some checks is told by its rule, though the rest looks like a known mistake."""
    report = grade("double_it", double_it("return (2 * x)[None] if x.dim() == 2 else 3 * x"))
    named = {name: check.mistake for name, check in failed(report).items()}
    assert named["values"] == "extra_axis"
    assert named["one_and_two"] in ("triples", "")


@pytest.mark.jail
def test_an_unknown_mistake_is_not_named(grade: Grade) -> None:
    report = grade("double_it", double_it("return 7 * x"))
    assert report.mistakes == ()
    assert failed(report)["values"].hint == "Every entry, and twice."


@pytest.mark.jail
@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("2 * x", "returns_nothing"),
        ("return 2 * x.float()", "loses_precision"),
        ("return (2 * x).requires_grad_()", "tracks_gradients"),
        ("return 2 * x[None]", "extra_axis"),
        ("return 2 * x / torch.zeros_like(x)", "not_finite"),
        ("x.sub_(1)\nreturn 2 * x + 2", "changes_inputs"),
    ],
)
def test_rules_are_named_in_reports(grade: Grade, body: str, rule: str) -> None:
    report = grade("double_it", double_it(body))
    assert failed(report)["values"].mistake == rule
    assert rule in report.mistakes
    assert failed(report)["values"].hint


@pytest.mark.jail
def test_a_crash_in_one_check_can_be_a_known_mistake(grade: Grade) -> None:
    report = grade(
        "counter",
        "class Counter:\n    def __init__(self, start, by=1.0):\n        self.value, self.by = start, by\n"
        "    def step(self):\n        self.value += self.by\n",
    )
    assert failed(report)["says_how_often"].verdict is Verdict.CRASHED
    assert report.verdict is Verdict.CRASHED


@pytest.mark.jail
def test_the_tiny_course_is_proved(grader: Grader, exercises: dict[str, Exercise]) -> None:
    """Every known mistake is caught and named, and no also-correct program ever is."""
    for exercise in exercises.values():
        proof = prove(exercise, grader)
        assert proof.problems == []
        assert proof.notes == []
        assert len(proof.table) >= 3


@pytest.mark.jail
@pytest.mark.parametrize("slug", ["double_it", "counter", "with_kit"])
def test_right_answers_are_never_diagnosed(
    grader: Grader, grade: Grade, exercises: dict[str, Exercise], slug: str
) -> None:
    programs = grader.programs(exercises[slug]).programs
    right = [program for program in programs if not program["caught_by"]]
    assert len(right) == 2
    for program in right:
        for seed in (0, 1):
            report = grade(slug, program["source"], seed=seed)
            assert report.verdict is Verdict.PASSED, (program["id"], report)
            assert report.score == report.max_score
            assert report.mistakes == ()
            assert all(not check.mistake and not check.hint for check in report.checks)


# The bank alone


def known(*ids: str) -> list[Mistake]:
    return [mistake(id, f"hint of {id}", source="x", caught_by="t") for id in ids]


RIGHT = {"a": 1.0, "b": 2.0, "c": "raised ValueError"}


def test_a_right_answer_has_no_mistake_even_where_the_bank_holds_its_double() -> None:
    assert Bank(known("same"), RIGHT, [RIGHT]).diagnose(RIGHT) is None
    assert Bank(known("same"), RIGHT, [RIGHT]).diagnose({**RIGHT, "a": 1.0 + 1e-9}) is None


def test_the_first_that_agrees_on_everything_wins() -> None:
    wrong = {**RIGHT, "a": 9.0}
    bank = Bank(known("other", "first", "second"), RIGHT, [{**RIGHT, "b": 9.0}, wrong, wrong])
    found = bank.diagnose(wrong)
    assert found is not None
    assert (found.id, found.hint, found.certain) == ("first", "hint of first", True)


def test_a_whole_fit_comes_before_a_weaker_one() -> None:
    wrong = {**RIGHT, "a": 9.0}
    bank = Bank(known("weaker", "whole"), RIGHT, [{**wrong, "b": 9.0}, wrong])
    found = bank.diagnose(wrong)
    assert found is not None
    assert found.id == "whole"


def test_a_weaker_fit_is_uncertain() -> None:
    found = Bank(known("m"), RIGHT, [{"a": 9.0, "b": 9.0, "c": 9.0}]).diagnose({**RIGHT, "a": 9.0})
    assert found is not None
    assert not found.certain


def test_an_answer_that_fits_nothing_is_not_named() -> None:
    bank = Bank(known("m"), RIGHT, [{**RIGHT, "a": 9.0}])
    assert bank.diagnose({**RIGHT, "a": 8.0}) is None
    assert bank.diagnose({**RIGHT, "a": 9.0, "b": 0.0}) is None
    assert bank.diagnose({"the probe": "raised ValueError"}) is None


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [(1.0, 1.0 + 1e-9, True), (1.0, 1.001, False), (1, 1.0, False), ("raised A", "raised A", True), (None, 0, False)],
)
def test_answers_are_alike_within_a_small_tolerance(one: object, other: object, are: bool) -> None:
    assert alike(one, other) is are


@pytest.mark.parametrize(
    "text", ["import nothing_of_this_name", "1 / 0", "def broken(:", "from grader.checks import mistake\nmistake()"]
)
def test_a_bank_that_cannot_be_read_is_the_authors_fault(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mistakes.py"
    path.write_text(text)
    with pytest.raises(BrokenExercise, match=r"mistakes\.py can't be read"):
        read_mistakes(path)


def test_a_bank_may_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "mistakes.py"
    path.write_text("")
    file = read_mistakes(path)
    assert (file.mistakes, file.correct, file.probe) == ((), (), None)
