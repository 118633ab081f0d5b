"""What an exercise forbids is reported with the line, whichever way it is reached."""

from __future__ import annotations

import ast

import pytest

from grader.api import Grader, Submission
from grader.course.find import find_exercise
from grader.course.model import Course, Exercise
from grader.guest.forbidden import Forbidden
from grader.guest.source import read_submission
from grader.report.model import Verdict

ZEROS = "torch.zeros(2)"

# exercise, the line that stands in the student's first function, the name in the message
USED = [
    ("sgd_step", "torch.optim.SGD([torch.zeros(2)], lr=0.1).step()", "torch.optim.SGD"),
    (
        "sgd_step",
        "getattr(getattr(torch, 'opt' + 'im'), 'SGD')([torch.nn.Parameter(torch.ones(1))])",
        "torch.nn.Parameter",
    ),
    ("sgd_step", "getattr(getattr(torch, 'opt' + 'im'), 'S' + 'GD')([torch.zeros(2)])", "torch.optim"),
    ("sgd_step", f"{ZEROS}.requires_grad_()", "torch.Tensor.requires_grad_"),
    ("sgd_step", f"{ZEROS}.sum().backward()", "torch.Tensor.backward"),
    ("sgd_step", "getattr(torch.zeros(2).sum(), 'back' + 'ward')()", "torch.Tensor.backward"),
    ("sgd_step", "torch.ones(1, requires_grad=True)", "requires_grad=True"),
    ("sgd_step", f"torch.autograd.grad({ZEROS}, {ZEROS})", "torch.autograd.grad"),
    ("sgd_step", f"torch.func.grad(lambda x: x)({ZEROS})", "torch.func.grad"),
    ("sgd_step", "torch.enable_grad().__enter__()", "torch.enable_grad"),
    ("sgd_step", f"torch.nn.functional.relu({ZEROS})", "torch.nn.functional.relu"),
    ("softmax_cross_entropy", f"{ZEROS}.softmax(0)", "torch.Tensor.softmax"),
    ("softmax_cross_entropy", f"{ZEROS}.logsumexp(0)", "torch.Tensor.logsumexp"),
    ("softmax_cross_entropy", f"torch.log_softmax({ZEROS}, 0)", "torch.log_softmax"),
    ("softmax_cross_entropy", f"torch.special.log_softmax({ZEROS}, 0)", "torch.special.log_softmax"),
    ("softmax_cross_entropy", "torch.nn.CrossEntropyLoss()", "torch.nn.CrossEntropyLoss"),
    ("minibatch_epochs", "torch.utils.data.DataLoader([1])", "torch.utils.data.DataLoader"),
    ("minibatch_epochs", "torch.randint(0, 2, (1,))", "torch.randint"),
    ("minibatch_epochs", "torch.multinomial(torch.ones(2), 1)", "torch.multinomial"),
]
IMPORTED = [
    ("sgd_step", "from torch import optim"),
    ("sgd_step", "import torch.optim as o"),
    ("sgd_step", "from torch.optim.sgd import sgd"),
    ("sgd_step", "from torch.nn import functional as F"),
    ("minibatch_epochs", "from random import shuffle"),
    ("minibatch_epochs", "from torch.utils.data import DataLoader"),
    ("softmax_cross_entropy", "from torch import logsumexp"),
    ("autograd_value", "import torch"),
    ("schedule_and_stop", "from torch.optim.lr_scheduler import StepLR"),
    ("adam", "from torch.optim import Adam"),
    ("adam", "import numpy"),
    ("adam", "import os, sys"),
]


@pytest.mark.jail
@pytest.mark.parametrize(("slug", "line", "name"), USED, ids=[f"{slug}-{name}" for slug, _, name in USED])
def test_a_forbidden_use_is_named_with_its_line(
    slug: str, line: str, name: str, course: Course, grader: Grader
) -> None:
    exercise = find_exercise(course, slug)
    source, number = with_first_line(exercise, line)
    report = grader.grade(Submission("bob.py", source.encode()), exercise)
    assert (report.verdict, report.score) == (Verdict.FORBIDDEN, 0)
    assert f"build {name}" in report.message
    assert report.where is not None
    assert (report.where.line, report.where.source) == (number, line)


@pytest.mark.parametrize(("slug", "line"), IMPORTED)
def test_a_forbidden_import_is_named_with_its_line(slug: str, line: str, course: Course) -> None:
    exercise = find_exercise(course, slug)
    source, loaded = read_submission(slug, f'"""bob"""\n\n{line}\n'.encode(), rules_of(exercise))
    assert (source, loaded.problem) == (None, "forbidden")
    assert loaded.where is not None
    assert (loaded.where.line, loaded.where.source) == (3, line)


def test_every_rule_is_found_by_reading(exercise: Exercise) -> None:
    rules = rules_of(exercise)
    for rule in exercise.forbidden:
        if rule.startswith("!"):
            program, problem = f"x = {rule[1:]}(0)", ""
        elif rule.endswith("=True"):
            program, problem = f"x = f({rule})", "forbidden"
        else:
            program, problem = f"x = {rule.replace('.*', '.anything')}(0)", "forbidden"
        root = rule.lstrip("!").partition(".")[0].partition("=")[0]
        known = "import math" if rule.endswith("=True") else f"import {root}"
        _, loaded = read_submission(exercise.slug, f"{known}\n{program}\n".encode(), rules)
        assert loaded.problem == problem, f"{rule}: {loaded.message or 'not found'}"


def test_the_reference_and_the_stub_obey_the_list(exercise: Exercise) -> None:
    assert exercise.reference is not None
    for path in (exercise.reference, exercise.stub):
        _, loaded = read_submission(exercise.slug, path.read_bytes(), rules_of(exercise))
        assert loaded.problem == "", f"{path.name}: {loaded.message}"


def rules_of(exercise: Exercise) -> Forbidden:
    return Forbidden(exercise.forbidden, exercise.imports)


def with_first_line(exercise: Exercise, line: str) -> tuple[str, int]:
    """The reference with one more line at the start of its first function, and the number of that line."""
    assert exercise.reference is not None
    text = exercise.reference.read_text("utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    first = min(functions, key=lambda node: node.lineno).body[1]  # behind the docstring
    lines = text.splitlines()
    lines.insert(first.lineno - 1, " " * first.col_offset + line)
    return "\n".join(lines) + "\n", first.lineno
