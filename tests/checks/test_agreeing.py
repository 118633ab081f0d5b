"""`agree` and `rejects` on two modules in this process: what passes, what fails, and which rule explains it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.checks import CheckFailed, close, shares_memory
from grader.checks.agreement import Agree, Rejects
from grader.checks.failure import BrokenExercise, StudentRaised
from grader.checks.rules import RULES
from grader.host.modules import module_here
from grader.host.session import Session
from grader.host.task import Task

REFERENCE = """
import torch
def double_it(x):
    if x.dtype == torch.int64:
        raise ValueError("no")
    return 2 * x
def total(x):
    return x.sum()
def move(x, by):
    x += by
def norm(x):
    return float((x * x).sum() ** 0.5)
"""

Rule = Callable[[str], Session]


def module(source: str) -> Session:
    task = Task(slug="task", provides=(), forbidden=(), imports=("torch",), kit=None, checks=())
    session, loaded = module_here(task, source.encode(), trusted=True)
    assert not loaded.problem, loaded
    session.begin(0)
    return session


def agree(student: str, device: str = "cpu") -> Agree:
    reference = module(REFERENCE)
    return Agree(module(student), lambda: reference, device)


def changed(old: str, new: str) -> str:
    assert REFERENCE.count(old) == 1
    return REFERENCE.replace(old, new)


X = torch.tensor([[1.0, -2.0], [3.0, 0.5]], dtype=torch.float64)

RULED: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
    "changes_inputs": ("return 2 * x", "return x.mul_(2)", lambda m: m.double_it(X.clone())),
    "returns_nothing": ("return 2 * x", "2 * x", lambda m: m.double_it(X)),
    "loses_precision": ("return 2 * x", "return 2 * x.float()", lambda m: m.double_it(X)),
    "tracks_gradients": ("return 2 * x", "return (2 * x).requires_grad_()", lambda m: m.double_it(X)),
    "number_type": ("return x.sum()", "return float(x.sum())", lambda m: m.total(X)),
    "extra_axis": ("return x.sum()", "return x.sum().reshape(1)", lambda m: m.total(X)),
    "not_finite": ("return 2 * x", "return 2 * x / (x - x)", lambda m: m.double_it(X)),
}


@pytest.mark.parametrize("rule", RULED)
def test_rules_that_hold_everywhere_are_recognised(rule: str) -> None:
    old, new, scenario = RULED[rule]
    with pytest.raises(CheckFailed) as failed:
        agree(changed(old, new))(scenario)
    assert (failed.value.rule, failed.value.hint) == (rule, RULES[rule])


def test_the_same_answer_agrees() -> None:
    both = agree(REFERENCE)
    both(lambda m: {"doubled": m.double_it(X), "total": [m.total(X), m.norm(X)]})
    agree(changed("return 2 * x", "return x + x"))(lambda m: m.double_it(X))


def test_a_change_that_the_reference_makes_too_is_fine() -> None:
    def moved(m: Any) -> torch.Tensor:
        x = X.clone()
        m.move(x, 2.0)
        return x

    agree(REFERENCE)(moved)
    with pytest.raises(CheckFailed, match="differ"):
        agree(changed("x += by", "x = x + by"))(moved)


def test_an_impure_answer_is_fine_where_the_check_says_so() -> None:
    agree(changed("return 2 * x", "y = 2 * x\n    x.zero_()\n    return y"))(
        lambda m: m.double_it(X.clone()), pure=False
    )


def test_a_student_who_raises_raises() -> None:
    with pytest.raises(StudentRaised, match="ZeroDivisionError"):
        agree(changed("return 2 * x", "1 / 0"))(lambda m: m.double_it(X))


def test_a_reference_that_raises_is_the_authors_fault() -> None:
    with pytest.raises(BrokenExercise, match="the reference raised ValueError"):
        agree(REFERENCE)(lambda m: m.double_it(torch.tensor([1])))


def test_a_tolerance_can_be_widened() -> None:
    sloppy = agree(changed("return 2 * x", "return 2.001 * x"))
    with pytest.raises(CheckFailed):
        sloppy(lambda m: m.double_it(X))
    sloppy(lambda m: m.double_it(X), rtol=1e-2)


def test_keys_of_a_scenario_stand_in_the_message() -> None:
    with pytest.raises(CheckFailed, match=r"^after the step"):
        agree(changed("return 2 * x", "return 3 * x"))(lambda m: {"after the step": m.double_it(X)})


# rejects


def test_bad_input_must_raise() -> None:
    bad = torch.tensor([1])
    Rejects(module(REFERENCE))(lambda m: m.double_it(bad))
    with pytest.raises(CheckFailed, match="On whole numbers your code should raise ValueError; it went on"):
        Rejects(module(changed('raise ValueError("no")', "pass")))(lambda m: m.double_it(bad), what="whole numbers")


def test_a_subclass_of_the_error_is_fine_and_another_is_not() -> None:
    own = "class Mine(ValueError): pass\n"
    Rejects(module(own + changed('ValueError("no")', 'Mine("no")')))(lambda m: m.double_it(torch.tensor([1])))
    with pytest.raises(CheckFailed, match="should raise ValueError; it raised TypeError: no"):
        Rejects(module(changed('ValueError("no")', 'TypeError("no")')))(lambda m: m.double_it(torch.tensor([1])))


def test_another_error_can_be_asked_for() -> None:
    Rejects(module(changed('ValueError("no")', 'KeyError("no")')))(
        lambda m: m.double_it(torch.tensor([1])), error=KeyError
    )


@pytest.mark.parametrize("error", ["NotImplementedError", "MemoryError"])
def test_a_stub_is_no_rejection(error: str) -> None:
    with pytest.raises(StudentRaised, match=error):
        Rejects(module(changed('ValueError("no")', error)))(lambda m: m.double_it(torch.tensor([1])))


def test_what_must_stay_unchanged_is_looked_at() -> None:
    late = module("def move(x, by):\n    x += by\n    raise ValueError('too late')\n")
    x = X.clone()
    with pytest.raises(CheckFailed, match="only after it had changed an argument"):
        Rejects(late)(lambda m: m.move(x, 1.0), unchanged=[x])
    Rejects(late)(lambda m: m.move(X.clone(), 1.0), unchanged=[x])


# shares_memory and close on the values of a check


def test_tensors_of_the_check_itself_share_memory_as_usual() -> None:
    assert shares_memory(X, X)
    assert shares_memory(X[0], X)
    assert not shares_memory(X.clone(), X)
    assert not shares_memory(torch.zeros(0), torch.zeros(0))


def test_close_compares_results_of_the_module() -> None:
    m = module(REFERENCE).module
    close(m.double_it(X), 2 * X)
    with pytest.raises(CheckFailed):
        close(m.double_it(X), 3 * X)
