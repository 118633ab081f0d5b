"""How checks, mistakes and right answers are declared, and what is refused at once."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from grader.checks import check, correct, mistake
from grader.checks.declare import milli_points, spec_of, title_of
from grader.checks.draw import Tensors, seed_for
from grader.checks.failure import BrokenExercise, CheckFailed, NamesMissing, StudentRaised
from grader.checks.outcome import outcome_of
from grader.report.model import Verdict, Where


def test_a_check_carries_what_was_said_about_it() -> None:
    @check(points=1.25, hint="Look twice.", dtypes=("float32",), needs=("test_a",), visible="never", devices=("cpu",))
    def test_it() -> None:
        """the line that the student sees

        And more for the author.
        """

    spec = spec_of(test_it)
    assert spec is not None
    assert (spec.points, spec.hint, spec.dtypes, spec.needs) == (1250, "Look twice.", ("float32",), ("test_a",))
    assert (spec.visible, spec.devices) == ("never", ("cpu",))
    assert title_of(test_it) == "the line that the student sees"
    assert spec_of(lambda: None) is None


@pytest.mark.parametrize(
    ("points", "milli"), [(1, 1000), (0.1, 100), ("0.125", 125), (0.001, 1), (1.005, 1005), (0, 0), (0.3, 300)]
)
def test_points_are_exact(points: Any, milli: int) -> None:
    assert milli_points(points) == milli


@pytest.mark.parametrize("points", [-1, 0.0001, "many", "1e-9", 1.00001])
def test_points_that_cannot_be_meant_are_refused(points: Any) -> None:
    with pytest.raises(ValueError, match="points="):
        check(points=points)


@pytest.mark.parametrize("points", ["nan", float("nan"), "inf", float("inf")])
def test_points_that_are_no_number_are_refused(points: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        check(points=points)


@pytest.mark.parametrize(
    "options",
    [
        {"visible": "sometimes"},
        {"dtypes": ()},
        {"dtypes": ("float128",)},
        {"dtypes": "float64"},
        {"devices": ()},
        {"devices": ("tpu",)},
    ],
)
def test_options_that_cannot_be_meant_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="write"):
        check(**options)


def test_a_check_needs_a_line_for_the_student() -> None:
    with pytest.raises(ValueError, match="needs a docstring"):

        @check()
        def test_silent() -> None:
            pass


def test_a_mistake_is_made_by_swaps_that_match_once() -> None:
    reference = "a = 1\nb = 2\nb = 2\n"
    assert mistake("x", "h", swap=("a = 1", "a = 3"), caught_by="t").text(reference) == "a = 3\nb = 2\nb = 2\n"
    both = mistake("x", "h", swaps=[("a = 1", "c = 1"), ("c = 1", "d = 1")], caught_by="t")
    assert both.text(reference) == "d = 1\nb = 2\nb = 2\n"
    for old in ("b = 2", "nowhere"):
        with pytest.raises(ValueError, match=r"x: the swap of .* matches \d times"):
            mistake("x", "h", swap=(old, ""), caught_by="t").text(reference)


def test_a_right_answer_may_be_written_out() -> None:
    assert correct("other", source="y = 1\n").text("x = 1\n") == "y = 1\n"


@pytest.mark.parametrize("options", [{}, {"swap": ("a", "b"), "source": "c"}, {"source": "  \n"}])
def test_a_program_has_either_swaps_or_a_source(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either"):
        mistake("x", "h", caught_by="t", **options)
    with pytest.raises(ValueError, match="either"):
        correct("x", **options)


def test_an_id_is_written_like_a_name() -> None:
    with pytest.raises(ValueError, match="can't be an id"):
        correct("not an id", source="x = 1")


# Draws


def test_draws_follow_the_seed_and_the_names() -> None:
    seeds = {seed_for(seed, *names) for seed in (0, 1) for names in (("a", "b"), ("ab",), ("a", "c"), ())}
    assert len(seeds) == 8
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert seed_for(3, "adam", "test_step") == seed_for(3, "adam", "test_step")


def tensors(dtype: torch.dtype = torch.float64, seed: int = 0) -> Tensors:
    return Tensors(torch.Generator().manual_seed(seed), dtype)


def test_every_type_gets_the_same_numbers() -> None:
    one, other = tensors()((3, 2)), tensors(torch.float32)((3, 2))
    assert isinstance(one, torch.Tensor)
    assert isinstance(other, torch.Tensor)
    assert other.dtype == torch.float32
    assert torch.equal(one.float(), other)


def test_a_draw_can_be_scaled_tracked_repeated_and_cast() -> None:
    drawn = tensors()((2,), n=3, scale=10, requires_grad=True, dtype=torch.float16)
    assert isinstance(drawn, list)
    assert len(drawn) == 3
    assert all(one.requires_grad and one.is_leaf and one.dtype == torch.float16 for one in drawn)
    assert not torch.equal(drawn[0], drawn[1])
    assert torch.allclose(tensors()((4,), scale=2), 2 * tensors()((4,)))  # type: ignore[arg-type, operator]


def test_draws_are_standard_normal() -> None:
    drawn = tensors()((20_000,))
    assert isinstance(drawn, torch.Tensor)
    assert abs(drawn.mean()) < 0.05
    assert abs(drawn.std() - 1) < 0.05


# Outcomes

HERE = Where(file="adam.py", line=3, source="x")


def raised(name: str, *bases: str, message: str = "m") -> StudentRaised:
    return StudentRaised(name, (name, *bases, "Exception"), message, HERE)


OUTCOMES: dict[str, tuple[Exception, Verdict, str]] = {
    "a failed check": (CheckFailed("no"), Verdict.WRONG, "no"),
    "missing names": (NamesMissing(["f"], "adam.py"), Verdict.NOT_WRITTEN, "adam.py doesn't define f."),
    "two missing names": (NamesMissing(["f", "g"], "adam.py"), Verdict.NOT_WRITTEN, "define f and g."),
    "three missing names": (NamesMissing(["f", "g", "h"], "adam.py"), Verdict.NOT_WRITTEN, "define f, g and h."),
    "a plain assert": (AssertionError("say so"), Verdict.WRONG, "say so"),
    "an exception": (raised("KeyError"), Verdict.CRASHED, "Your code raised KeyError: m"),
    "an exception without a message": (raised("KeyError", message=""), Verdict.CRASHED, "Your code raised KeyError"),
    "the stub": (raised("NotImplementedError"), Verdict.NOT_WRITTEN, "not written yet"),
    "a subclass of the stub's": (raised("Later", "NotImplementedError"), Verdict.NOT_WRITTEN, "not written"),
    "memory": (raised("MemoryError"), Verdict.OUT_OF_MEMORY, "more memory"),
    "memory of torch": (
        raised("RuntimeError", message="DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
        Verdict.OUT_OF_MEMORY,
        "more memory",
    ),
    "memory of an accelerator": (raised("OutOfMemoryError", "RuntimeError"), Verdict.OUT_OF_MEMORY, "more memory"),
    "a forbidden call": (raised("ForbiddenUse", message="build it"), Verdict.FORBIDDEN, "build it"),
    "the author's side": (BrokenExercise("the reference raised"), Verdict.BROKEN_EXERCISE, "the reference raised"),
    "two devices": (
        raised("RuntimeError", message="Expected all tensors to be on the same device, but found two"),
        Verdict.CRASHED,
        "same device",
    ),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_end_of_a_check_becomes_a_verdict_with_words(name: str) -> None:
    error, verdict, words = OUTCOMES[name]
    outcome = outcome_of(error)
    assert outcome is not None
    assert outcome.verdict is verdict
    assert words in outcome.rationale
    if isinstance(error, StudentRaised):
        assert outcome.where == HERE
    assert outcome.mistake == {"two devices": "wrong_device", "the stub": "not_started"}.get(
        name, outcome.mistake if verdict is Verdict.NOT_WRITTEN else ""
    )


@pytest.mark.parametrize("error", [ValueError("x"), AssertionError(), AssertionError(3), ZeroDivisionError()])
def test_other_exceptions_are_no_verdict(error: Exception) -> None:
    assert outcome_of(error) is None
