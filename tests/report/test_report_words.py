"""The words: the same in every renderer."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from grader.report import Difference, Report, Verdict, Where
from grader.report.causes import cause_of, likely_causes, own_hint
from grader.report.differences import rows, sentence
from grader.report.verdict_words import WORDS, Actor
from grader.report.words import (
    headline,
    next_step,
    notes,
    place,
    points_of,
    sentence_below,
    true_score,
    verdict_words,
    why,
)


def test_every_verdict_has_a_sign_a_word_and_someone_who_acts() -> None:
    assert set(WORDS) == set(Verdict)
    assert verdict_words(Verdict.WRONG) is WORDS[Verdict.WRONG]
    assert len({word.symbol for word in WORDS.values()}) == len(WORDS)
    for word in WORDS.values():
        assert len(word.symbol) == len(word.ascii) == 1 and word.ascii.isascii()
        assert word.word and word.next_step.endswith(".")


def test_the_student_is_never_asked_to_mend_our_faults() -> None:
    assert WORDS[Verdict.BROKEN_EXERCISE].who is Actor.AUTHOR
    assert WORDS[Verdict.NOT_GRADED].who is Actor.OPERATOR
    assert WORDS[Verdict.PASSED].who is Actor.NOBODY
    ours = {Verdict.BROKEN_EXERCISE, Verdict.NOT_GRADED, Verdict.PASSED}
    assert {WORDS[verdict].who for verdict in set(Verdict) - ours} == {Actor.STUDENT}


def test_the_headline_counts_checks_and_points(report: Any, check: Any) -> None:
    wrong = check(verdict=Verdict.WRONG)
    public = check(hidden=False, points=0, earned=0)
    assert headline(report(check(), check(), wrong)) == "2 of 3 hidden checks passed, 2.5 of 3.75 points"
    assert headline(report(check(), check())) == "All 2 hidden checks passed, 2.5 of 2.5 points"
    assert headline(report(check(points=1000))) == "1 of 1 hidden check passed, 1 of 1 point"
    assert headline(report(public, public)) == "All 2 public checks passed"
    assert headline(report(public, public, wrong)) == (
        "All 2 public checks and 0 of 1 hidden check passed, 0 of 1.25 points"
    )
    assert headline(report(verdict=Verdict.FORBIDDEN, max_score=5000)) == (
        "Not allowed here, no check was run, 0 of 5 points"
    )


@pytest.mark.parametrize("verdict", [Verdict.NOT_GRADED, Verdict.BROKEN_EXERCISE])
def test_what_is_our_fault_has_no_score_in_its_headline(report: Any, check: Any, verdict: Verdict) -> None:
    ours = report(check(verdict=verdict), check())
    assert true_score(ours) is None
    assert headline(ours).endswith("this changes no score") and "points" not in headline(ours)
    assert next_step(ours) == WORDS[verdict].next_step


def test_the_next_step_is_said_once_and_only_when_one_will_do(report: Any, check: Any) -> None:
    stub = [check(verdict=Verdict.NOT_WRITTEN)] * 3
    assert next_step(report(*stub)) == "Replace raise NotImplementedError with your own code."
    assert next_step(report(*stub, check(verdict=Verdict.CRASHED))) == ""
    assert next_step(report(check())) == ""
    assert next_step(report(*[check(verdict=Verdict.WRONG, mistake="ascends", hint="Which way is down?")] * 2)) == ""


def test_hidden_checks_that_remain_are_always_said(report: Any) -> None:
    assert notes(report(hidden_checks_left=7)) == ("7 hidden checks remain: they were not run here.",)
    assert notes(report(hidden_checks_left=1)) == ("1 hidden check remains: it was not run here.",)
    assert notes(report()) == ()


def test_a_grading_without_a_wall_says_so(report: Any) -> None:
    assert "no wall" in notes(report(wall="none"))[0]
    assert "no wall" in notes(report(wall="paper"))[0]


def test_a_mistake_that_explains_many_checks_is_one_cause(bobs: Report) -> None:
    (cause,) = likely_causes(bobs)
    assert (cause.mistake, cause.name, cause.checks) == ("no_bias_correction", "no bias correction", 2)
    assert not cause.everything
    (all_of_it,) = likely_causes(msgspec.structs.replace(bobs, checks=(*bobs.checks[:3], *bobs.checks[5:])))
    assert all_of_it.everything
    assert cause.hint.startswith("The first moment is not bias-corrected")
    assert [bool(own_hint(check, (cause,))) for check in bobs.checks] == [False, False, False, True, True, False, False]
    assert [cause_of(check, (cause,)) is cause for check in bobs.checks[:4]] == [False, True, True, False]


def test_a_check_keeps_a_hint_of_its_own_beside_the_cause(report: Any, check: Any) -> None:
    one = check(verdict=Verdict.WRONG, mistake="ascends", hint="Which way is down?")
    two = check(verdict=Verdict.WRONG, mistake="ascends", hint="Look at the sign.")
    causes = likely_causes(report(one, two))
    assert [own_hint(c, causes) for c in (one, two)] == ["", "Look at the sign."]


def test_why_a_check_failed(check: Any) -> None:
    assert why(check(verdict=Verdict.WRONG, rationale="Loss goes up.")) == "wrong: Loss goes up."
    assert why(check(verdict=Verdict.TIMED_OUT)) == "out of time"
    assert why(check(verdict=Verdict.WRONG, visible="after_due")) == "wrong: the details are shown after the due date"


def test_a_word_that_the_reason_holds_is_not_put_before_it(check: Any) -> None:
    assert why(check(verdict=Verdict.NOT_WRITTEN, rationale="This part is not written yet.")) == (
        "This part is not written yet."
    )


def test_a_reason_that_only_spells_the_difference_out_gives_way_to_it(check: Any) -> None:
    spelt = "weights: 3 of 12 elements differ; worst at [2]: got 0.5, expected 1 (allowed difference 1e-07)"
    values = Difference(what="weights", kind="values", got="0.5", expected="1", worst=(2,), differing=3, total=12)
    same = check(verdict=Verdict.WRONG, rationale=spelt, difference=values)
    assert why(same) == "wrong: weights: 3 of 12 elements (25%) differ, most at [2]"
    assert sentence_below(same) == []
    other = check(verdict=Verdict.WRONG, rationale="The path is not that of Adam.", difference=values)
    assert why(other) == "wrong: The path is not that of Adam."
    assert sentence_below(other) == ["weights: 3 of 12 elements (25%) differ, most at [2]"]
    assert sentence_below(check(verdict=Verdict.WRONG)) == []


def test_places_and_points_in_words() -> None:
    assert place(Where(file="adam.py", line=3)) == "adam.py, line 3"
    assert place(Where(file="adam.py", line=3, function="Adam.step")) == "adam.py, line 3, in Adam.step"
    assert points_of(1, 1000) == "0.001 of 1 point"


def difference(kind: str = "values", **more: Any) -> Difference:
    return Difference(what="weights[1]", kind=kind, **more)


def test_an_array_says_dtype_shape_share_and_worst_index() -> None:
    values = difference(
        got="nan",
        expected="0.5",
        allowed="1e-07",
        worst=(2, 1),
        differing=3,
        total=12,
        expected_shape=(4, 3),
        expected_dtype="torch.float64",
    )
    assert sentence(values) == "weights[1] (float64, shape (4, 3)): 3 of 12 elements (25%) differ, most at [2, 1]"
    assert rows(values) == (("got", "nan"), ("expected", "0.5"), ("allowed", "+/- 1e-07"))


@pytest.mark.parametrize(
    ("differing", "total", "says"),
    [
        (1, 1, "the value differs"),
        (0, 0, "the value differs"),
        (4, 4, "all 4 elements differ"),
        (1, 4, "1 of 4 elements (25%) differs"),
        (1, 10**6, "1 of 1000000 elements (under 0.1%) differs"),
        (10**6 - 1, 10**6, "999999 of 1000000 elements (over 99.9%) differ"),
        (5, 1000, "5 of 1000 elements (0.5%) differ"),
        (997, 1000, "997 of 1000 elements (99.7%) differ"),
    ],
)
def test_the_share_is_never_rounded_to_none_or_all(differing: int, total: int, says: str) -> None:
    assert sentence(difference(differing=differing, total=total)) == f"weights[1]: {says}"


@pytest.mark.parametrize(
    ("kind", "more", "says", "lines"),
    [
        ("shape", {"got_shape": (4, 1), "expected_shape": (4,)}, "shape is not the one", ("(4, 1)", "(4,)")),
        ("shape", {"got_shape": (), "expected_shape": (1,)}, "shape is not the one", ("()", "(1,)")),
        ("extra axis", {"got_shape": (4, 1), "expected_shape": (4,)}, "axis too many or too few", ("(4, 1)", "(4,)")),
        ("not finite", {"got": "nan", "expected": "1"}, "nan or inf", ("nan", "1")),
        ("dtype", {"got_dtype": "int64", "expected_dtype": "float32"}, "the dtype", ("int64", "float32")),
        ("type", {"got": "list", "expected": "Tensor"}, "another type", ("list", "Tensor")),
        ("length", {"got": "2", "expected": "3"}, "the number of items is not the one expected", ("2", "3")),
        ("keys", {"got": "a", "expected": "a, b"}, "the keys are not the ones expected", ("a", "a, b")),
        ("device", {"got": "cpu", "expected": "cuda:0"}, "device", ("cpu", "cuda:0")),
        ("gradient", {"got": "tracked", "expected": "not tracked"}, "gradients", ("tracked", "not tracked")),
        ("aliasing", {"got": "shared", "expected": "own"}, "memory", ("shared", "own")),
        ("something new", {"got": "a", "expected": "b"}, "differs", ("a", "b")),
    ],
)
def test_every_kind_of_difference_has_its_words(kind: str, more: Any, says: str, lines: tuple[str, str]) -> None:
    told = difference(kind, **more)
    assert sentence(told).startswith("weights[1]: ") and says in sentence(told)
    assert rows(told) == (("got", lines[0]), ("expected", lines[1]))


def test_an_exact_comparison_has_no_allowed_line() -> None:
    assert rows(difference(got="3", expected="4", allowed="0")) == (("got", "3"), ("expected", "4"))


def test_a_difference_without_a_name_is_of_the_result() -> None:
    assert (
        sentence(msgspec.structs.replace(difference("dtype"), what=""))
        == "the result: the dtype is not the one expected"
    )
