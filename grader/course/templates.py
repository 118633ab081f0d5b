"""The texts of a new exercise and a new course. @slug@ and @Title@ stand for the exercise's name and title."""

from __future__ import annotations

import re
from typing import Final


def fill(text: str, slug: str) -> str:
    """A template with the exercise's name in it."""
    return text.replace("@slug@", slug).replace("@Title@", slug.replace("_", " ").capitalize())


def unit(folder: str, number: int) -> str:
    """The unit.toml of a new unit."""
    title = re.sub(r"^u\d+_", "", folder).replace("_", " ").capitalize()
    return (
        f'number = {number}\ntitle = "{title}"\nteaches = "In one sentence: what a student can do after this unit."\n'
    )


_EXERCISE_TOML = """\
# Every key is described in the documentation of the course format.
title = "@Title@"
goal = "Move a tensor of weights a part of the way towards a target."  # one sentence
points = 5
difficulty = 1  # 1 to 5
minutes = 15  # an honest estimate for a student
teaches = ["moving towards a target"]
needs = []  # exercises of this course to do first
provides = ["@slug@"]  # the names that the student's file must define
forbidden = ["AUTOGRAD"]  # groups and dotted names that would skip the point
devices = ["cpu", "cuda"]
hidden_checks = 2  # the number of checks in test_hidden.py
hint = "Draw both points on a line. How long is the way between them, and which part of it do you go?"

[limits]
seconds = 2  # for one check: ten times what the reference needs, and at least 2
memory_mb = 1024
"""

_STATEMENT = """\
# @Title@

<!-- This exercise works as it is. Change it bit by bit, and run `gradgym verify @slug@` after each change. -->

<!-- First: what is this about, and why does it matter? Two or three sentences for a newcomer. -->
Many methods in deep learning move a set of numbers towards other numbers, a little at a time: a running average follows
what it sees, a slow copy of a network follows the trained one. The step is always the same, and you write it here.

## The formula

<!-- The formula, with each letter explained and the source named (title of the paper and year). -->
From the point $h$, a step with rate $r$ towards the target $t$ ends at

$$h_\\text{new} = h + r\\,(t - h)$$

## What to write

<!-- The contract: what comes in, what goes out, what is changed in place, which input raises ValueError. -->
`@slug@(here, target, rate)` gets two tensors of the same shape and a number. It returns a new tensor of that shape and
leaves both arguments as they are.

## A worked example

<!-- True numbers that a student can check on paper. -->
From $(1, 2)$ to $(5, 2)$ with rate $0.25$: the way is $(4, 0)$, a quarter of it is $(1, 0)$, so the step
ends at $(2, 2)$.

## What is not asked

<!-- What students might think they have to handle. -->
The tensors always have the same shape, and the rate is always between 0 and 1.

## How it is checked

<!-- One or two lines; no secrets. -->
Your function is compared with a reference on random tensors, in single and double precision.

## Read more

<!-- One or two good places to go on. -->
Look for "exponential moving average" and for "linear interpolation".
"""

_STUB = '''\
"""@Title@: a step towards a target."""

import torch
from torch import Tensor


def @slug@(here: Tensor, target: Tensor, rate: float) -> Tensor:
    """A new tensor: the point reached from `here` after the part `rate` of the way to `target`.

    `here` and `target` have the same shape and type; neither is changed.
    """
    raise NotImplementedError
'''

_TEST_PUBLIC = '''\
"""Public checks of @slug@: students see them and run them. They compare with numbers that were worked out on paper."""

import torch

from grader.checks import check, close


@check(hint="How long is the way from one point to the other, and which part of it do you go?")
def test_worked_example(student):
    """the worked example of the statement"""
    here, target = torch.tensor([1.0, 2.0]), torch.tensor([5.0, 2.0])
    close(student.@slug@(here, target, 0.25), torch.tensor([2.0, 2.0]), what="the new point")
'''

_REFERENCE = '''\
"""@Title@: a step towards a target."""

import torch
from torch import Tensor


def @slug@(here: Tensor, target: Tensor, rate: float) -> Tensor:
    """A new tensor: the point reached from `here` after the part `rate` of the way to `target`.

    `here` and `target` have the same shape and type; neither is changed.
    """
    way = target - here
    return here + rate * way
'''

_TEST_HIDDEN = '''\
"""Hidden checks of @slug@. Their points add up to the exercise's; the line below each name is what the student sees."""

from grader.checks import check, close


@check(points=3, hint="Work a small case out on paper and compare.", dtypes=("float64", "float32"))
def test_part_of_the_way(agree, tensors):
    """a part of the way, for tensors of two shapes"""
    matrices, vectors = tensors((4, 3), n=2), tensors((5,), n=2)

    def steps(m):
        # The keys stand in the message that a student reads.
        return {"a matrix": m.@slug@(*matrices, 0.3), "a vector": m.@slug@(*vectors, 0.9)}

    agree(steps)


@check(points=2, hint="Where must a step of rate 0 end, and where one of rate 1?")
def test_both_ends(student, tensors):
    """rate 0 stays, rate 1 arrives"""
    here, target = tensors((6,), n=2)
    close(student.@slug@(here, target, 0.0), here, what="the point after a step of rate 0")
    close(student.@slug@(here, target, 1.0), target, what="the point after a step of rate 1")


# A function with a contract about bad input has a check such as this one:
#
# @check(points=1, hint="Which rates make sense?")
# def test_bad_rate(rejects, tensors):
#     """a rate below 0 raises ValueError"""
#     here, target = tensors((3,), n=2)
#     rejects(lambda m: m.@slug@(here, target, -0.5))
'''

_MISTAKES = '''\
"""Wrong answers that the checks must catch and name, and right ones that they must accept."""

import torch

from grader.checks import correct, mistake

# Each mistake is the reference with one error: a `swap` (old, new), where the old text stands exactly once in the
# reference, or a whole program as `source`. The hint is read by students: name the wrong idea, show no code.
MISTAKES = [
    mistake(
        "goes_away",
        "The point moves away from its target: follow the sign of the way between them.",
        swap=("target - here", "here - target"),
        caught_by="test_part_of_the_way",
    ),
]

# Really different ways to be right: they keep the checks from asking for the author's last digit.
ALSO_CORRECT = [
    correct("weighted_mean", swap=("here + rate * way", "(1 - rate) * here + rate * target")),
    correct(
        "ready_made",
        source=\'\'\'
import torch
from torch import Tensor


def @slug@(here: Tensor, target: Tensor, rate: float) -> Tensor:
    return torch.lerp(here, target, rate)
\'\'\',
    ),
]


def probe(m):
    """Fixed questions that the reference and each mistake answer differently: so a mistake gets its name."""
    here = torch.tensor([0.0, 1.0, -2.0], dtype=torch.float64)
    target = torch.tensor([4.0, 1.5, 3.0], dtype=torch.float64)
    return {
        "a quarter": lambda: m.@slug@(here, target, 0.25),
        "all the way": lambda: m.@slug@(here, target, 1.0),
    }
'''

PUBLIC: Final = {
    "exercise.toml": _EXERCISE_TOML,
    "README.md": _STATEMENT,
    "@slug@.py": _STUB,
    "test_public.py": _TEST_PUBLIC,
}

SOLUTION: Final = {"@slug@.py": _REFERENCE, "test_hidden.py": _TEST_HIDDEN, "mistakes.py": _MISTAKES}

PYTEST_INI: Final = """\
# With this file plain `pytest` works in a student's folder: public checks run against the file beside them.
[pytest]
addopts = --import-mode=importlib -p grader.laptop
pythonpath = .
python_files = test_public.py
"""

COURSE: Final = """\
format = 1
title = "My course"
about = "In one sentence: what the course is about."

# What a student's file may import (an exercise may narrow this with its own `imports`).
imports = [
    "torch", "math", "copy", "random", "re", "typing", "collections", "dataclasses", "itertools", "contextlib",
    "functools",
]

[limits]
seconds = 10  # wall clock of one check; a whole submission gets three times this
memory_mb = 1024  # what a student's code may add

# Units and exercises in teaching order. `gradgym new UNIT/SLUG` adds to this list.
[[unit]]
folder = "u01_first_steps"
exercises = ["part_way"]
"""

INSTRUCTOR: Final = """\
# My course

A course for gradgym: automatically graded exercises in deep learning. It has one unit with one exercise that works
already, so you can look at everything, try it, and change it bit by bit.

- `exercises/` is what students receive, as it is: statement (`README.md`), stub, public checks, and `exercise.toml`.
- `solutions/` has the same folders and never leaves your side: reference, hidden checks, known mistakes.

## First steps

1. `gradgym list` shows the course, `gradgym show part_way` its exercise.
2. `gradgym verify` proves it: the reference passes, the stub doesn't, each known mistake is caught and named.
3. Change the title in `exercises/course.toml` and the sentence in `exercises/u01_first_steps/unit.toml`.
4. `gradgym new u01_first_steps/my_exercise` adds an exercise and lists it. A new unit's name makes a new unit.
5. `gradgym start ../try_it` makes a student's copy; in it, `gradgym check part_way` gives a student's feedback.
6. `gradgym grade part_way FILE...` grades files with the hidden checks, behind the wall.

Keep `solutions/` in a private repository. Run `gradgym verify` before each change reaches your students.
"""
