"""Mutants of a reference: the same ones each time, each a program of its own, each shown as a line before and after."""

from __future__ import annotations

import ast

import pytest

from grader.proof.mutants import mutants_of, spread

SOURCE = '''\
"""A step downhill (1 - 1 = 0)."""

import torch
from torch import Tensor


def step(p: Tensor, g: Tensor, lr: float = 0.5) -> Tensor:
    """Take 1 step."""
    if lr < 0:
        raise ValueError(f"a rate of {lr + 1} is no rate")
    with torch.no_grad():
        p.sub_(lr * g.detach())
    return (p - p.amax(dim=1, keepdim=True)).clamp(min=-3.0)


def train(model, optimizer, loss):
    optimizer.zero_grad()
    model.eval()
    loss.backward()
    for parameter in model:
        parameter += 2 * parameter
    return range(len(model))
'''


@pytest.fixture(scope="module")
def changes() -> dict[str, list[tuple[str, str]]]:
    """operator -> (before, after) of its mutants."""
    found: dict[str, list[tuple[str, str]]] = {}
    for mutant in mutants_of(SOURCE):
        found.setdefault(mutant.id.partition("@")[0], []).append((mutant.before, mutant.after))
    return found


STEP = "p.sub_(lr * g.detach())"
RETURN = "return (p - p.amax(dim=1, keepdim=True)).clamp(min=-3.0)"


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("constant", "lr: float = 0.5", "lr: float = 1.0"),
        ("comparison", "if lr < 0:", "if lr <= 0:"),
        ("negated", "if lr < 0:", "if not (lr < 0):"),
        ("off_by_one", "if lr < 0:", "if lr < 1:"),
        ("dropped_statement", "raise ValueError(", "pass"),
        ("no_grad", "with torch.no_grad():", "if True:"),
        ("in_place", STEP, "p.sub(lr * g.detach())"),
        ("detach", STEP, "p.sub_(lr * g)"),
        ("sign", STEP, "p.sub_(lr / g.detach())"),
        ("dropped_term", STEP, "p.sub_(lr)"),
        ("keepdim", RETURN, RETURN.replace("True", "False")),
        ("axis", RETURN, RETURN.replace("dim=1", "dim=0")),
        ("min_max", RETURN, RETURN.replace("min=", "max=")),
        ("other_function", RETURN, RETURN.replace("amax", "amin")),
        ("swapped_operand", RETURN, "return (p.amax(dim=1, keepdim=True) - p).clamp(min=-3.0)"),
        ("detach", RETURN, f"return ({RETURN.removeprefix('return ')}).detach()"),
        ("dropped_zero_grad", "optimizer.zero_grad()", "pass"),
        ("dropped_eval", "model.eval()", "pass"),
        ("dropped_backward", "loss.backward()", "pass"),
        ("in_place", "parameter += 2 * parameter", "parameter = parameter + (2 * parameter)"),
        ("off_by_one", "return range(len(model))", "return range(len(model) - 1)"),
    ],
)
def test_each_operator_makes_its_change(
    operator: str, before: str, after: str, changes: dict[str, list[tuple[str, str]]]
) -> None:
    old = before.partition(":")[0] if operator == "constant" else before
    assert any(old in was and after.rstrip(")") in became for was, became in changes[operator]), changes[operator]


def test_each_mutant_is_another_program() -> None:
    programs = [ast.dump(ast.parse(mutant.source)) for mutant in mutants_of(SOURCE)]
    assert len({*programs, ast.dump(ast.parse(SOURCE))}) == len(programs) + 1


def test_texts_types_and_messages_are_left_alone() -> None:
    for mutant in mutants_of(SOURCE):
        if not mutant.id.startswith("dropped_statement"):
            assert 'f"a rate of {lr + 1} is no rate"' in mutant.source
        assert '"""A step downhill (1 - 1 = 0)."""' in mutant.source
        assert '"""Take 1 step."""' in mutant.source


def test_ids_are_different_and_name_the_line() -> None:
    mutants = mutants_of(SOURCE)
    assert len({mutant.id for mutant in mutants}) == len(mutants)
    assert all(f"@{mutant.line}" in mutant.id for mutant in mutants)
    assert [mutant.line for mutant in mutants] == sorted(mutant.line for mutant in mutants)


def test_a_part_of_them_is_spread_over_the_file() -> None:
    mutants = mutants_of(SOURCE)
    few = spread(mutants, 8)
    assert len(few) == 8
    assert few == spread(mutants_of(SOURCE), 8)
    assert few[-1].line > 15
    assert spread(mutants, 0) == mutants
