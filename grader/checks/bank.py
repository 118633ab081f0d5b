"""Naming mistakes: the submission's probe is compared with the probes of the known mistakes."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from grader.checks.comparing import Manner, difference
from grader.checks.declare import Correct, Mistake
from grader.checks.failure import BrokenExercise, CheckFailed, StudentRaised
from grader.checks.side import Side

Probe = Callable[[Any], Mapping[str, Any]]
Answers = dict[str, Any]
_ALIKE = Manner(rtol=1e-5, atol=1e-8)
_UNUSABLE = "unusable"


@dataclass(frozen=True)
class Diagnosis:
    """A known mistake that a submission shows. `certain`: every item of the probe agrees, not only the wrong ones."""

    id: str
    hint: str
    certain: bool


@dataclass(frozen=True)
class MistakeFile:
    """What an exercise's mistakes.py says."""

    mistakes: tuple[Mistake, ...]
    correct: tuple[Correct, ...]
    probe: Probe | None


class Bank:
    """The probes of reference and mistakes, taken once; `diagnose` compares a submission's with them."""

    def __init__(self, mistakes: Sequence[Mistake], reference: Answers, answers: Sequence[Answers]) -> None:
        self._reference = reference
        self._known = list(zip(mistakes, answers, strict=True))

    def unusable(self) -> list[str]:
        """Items of the probe that the reference can't answer, with the reason: they tell no mistakes apart."""
        return [f"{name} ({due})" for name, due in self._reference.items() if _is_unusable(due)]

    def diagnose(self, answers: Answers) -> Diagnosis | None:
        """The first mistake that agrees on every item.

        Else the first that agrees on every item on which the submission is wrong.
        """
        wrong = [name for name, due in self._reference.items() if not alike(answers.get(name), due)]
        if not wrong:
            return None
        for known, shown in self._known:
            if shown.keys() == answers.keys() and all(alike(answers[name], shown[name]) for name in shown):
                return Diagnosis(known.id, known.hint, True)
        for known, shown in self._known:
            if all(name in shown and name in answers and alike(answers[name], shown[name]) for name in wrong):
                return Diagnosis(known.id, known.hint, False)
        return None


def read_mistakes(path: Path) -> MistakeFile:
    """Run an exercise's mistakes.py (the author's code, trusted). Raises BrokenExercise."""
    try:
        spec = importlib.util.spec_from_file_location(f"mistakes_of_{path.parent.name}", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    except Exception as error:
        raise BrokenExercise(f"{path} can't be read: {type(error).__name__}: {error}") from error
    return MistakeFile(
        mistakes=tuple(getattr(module, "MISTAKES", ())),
        correct=tuple(getattr(module, "ALSO_CORRECT", ())),
        probe=getattr(module, "probe", None),
    )


def take_probe(probe: Probe, side: Side) -> Answers:
    """What a module answers to the probe. An item that raises is recorded as the exception's class name."""
    try:
        side.begin(0)
        items = dict(probe(side.module))
    except StudentRaised as raised:
        return {"the probe": f"raised {raised.type_name}"}
    except CheckFailed:
        return {"the probe": _UNUSABLE}
    return {name: _answer(item) for name, item in items.items()}


def alike(one: Any, other: Any) -> bool:
    """Whether two answers to a probe agree (rtol 1e-5, atol 1e-8, nan equals nan, types and dtypes the same)."""
    return difference(one, other, _ALIKE) is None


def _is_unusable(answer: Any) -> bool:
    return isinstance(answer, str) and answer.startswith(_UNUSABLE)


def _answer(item: Any) -> Any:
    try:
        return _frozen(item() if callable(item) and not isinstance(item, type) else item)
    except StudentRaised as raised:
        return f"raised {raised.type_name}"
    except (CheckFailed, ArithmeticError, AttributeError, TypeError, ValueError, LookupError, RuntimeError) as error:
        return f"{_UNUSABLE}: {type(error).__name__}"


def _frozen(value: Any) -> Any:
    """A copy that later steps of the probe can't change."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_frozen(item) for item in value]
    if type(value) is tuple:
        return tuple(_frozen(item) for item in value)
    return value if isinstance(value, (tuple, str, int, float, bool, type(None), torch.dtype)) else repr(value)
