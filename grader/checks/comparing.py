"""Comparing what came with what was expected: structure, types, shapes, values, in the words of the report."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import torch

from grader.checks.failure import CheckFailed, Doubtful
from grader.checks.margin import note
from grader.checks.origin import device_of
from grader.checks.tolerance import Tolerance, tolerance
from grader.report.differences import sentence
from grader.report.model import Difference
from grader.wire.values import Opaque

_SHOWN = 6
_NAMES = 12
_LONG_INT = 200

# The kind of device on which results of the present grading should be. Set by the desk when a check begins.
DEVICE: ContextVar[str] = ContextVar("device", default="cpu")
# The dtype of the present run: Python floats that come from float32 tensors carry float32's rounding.
DTYPE: ContextVar[torch.dtype] = ContextVar("dtype", default=torch.float64)


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How strictly to compare.

    Tolerances left at None follow the dtype; `device` is where results should be ("" if that is free).
    """

    rtol: float | None = None
    atol: float | None = None
    steps: bool = False
    device: str = ""

    def tolerance(self, dtype: torch.dtype) -> Tolerance:
        usual = tolerance(dtype, steps=self.steps, device=self.device or "cpu")
        return Tolerance(usual.rtol if self.rtol is None else self.rtol, usual.atol if self.atol is None else self.atol)


def close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    steps: bool = False,
    what: str = "the result",
) -> None:
    """Fail the check when `actual` is not `expected`: same structure and types, values within tolerance.


    Numbers and tensors compare by the tolerance of their dtype (a Python float by the dtype of the present run), all
    else exactly.
    """
    device = "" if DEVICE.get() == "cpu" else DEVICE.get()
    compare(actual, expected, Manner(rtol=rtol, atol=atol, steps=steps, device=device), what)


def compare(actual: Any, expected: Any, manner: Manner, what: str = "the result") -> None:
    """Fail the check when there is a difference; a proof also learns how near to the tolerance it was."""
    note(actual, expected, manner.tolerance, DTYPE.get())
    fail(difference(actual, expected, manner, what))


def fail(found: Difference | None) -> None:
    """Raise CheckFailed for a difference, with the mistake that the rules recognise in it."""
    if found is not None:
        from grader.checks.rules import recognised

        rule, hint = recognised(found)
        raise CheckFailed(sentence(found), difference=found, rule=rule, hint=hint)


def difference(actual: Any, expected: Any, manner: Manner, what: str = "the result") -> Difference | None:
    """The first difference in reading order, or None."""
    if isinstance(expected, torch.Tensor):
        return _tensor_difference(actual, expected, manner, what)
    if isinstance(expected, bool) or expected is None or isinstance(expected, (str, torch.dtype)):
        return None if type(actual) is type(expected) and actual == expected else _other(actual, expected, what)
    if isinstance(expected, (int, float)):
        return _number_difference(actual, expected, manner, what)
    if isinstance(expected, dict):
        return _dict_difference(actual, expected, manner, what)
    if isinstance(expected, (list, tuple)):
        return _sequence_difference(actual, expected, manner, what)
    raise Doubtful(
        f"{what} is an object ({shown(expected)}), and objects can't be compared: compare what it holds or what its "
        "methods return"
    )


def _dict_difference(actual: Any, expected: dict[str, Any], manner: Manner, what: str) -> Difference | None:
    if not isinstance(actual, dict):
        return _other(actual, expected, what)
    if set(actual) != set(expected):
        return Difference(what=what, kind="keys", got=_names(actual), expected=_names(expected))
    for key, item in expected.items():
        found = difference(actual[key], item, manner, key if what == "the result" else f"{what}[{key!r}]")
        if found:
            return found
    return None


def _sequence_difference(actual: Any, expected: Any, manner: Manner, what: str) -> Difference | None:
    kind = list if isinstance(expected, list) else tuple
    if not isinstance(actual, kind):
        return _other(actual, expected, what)
    if len(actual) != len(expected):
        return Difference(what=what, kind="length", got=str(len(actual)), expected=str(len(expected)))
    fields = _fields(expected)
    if fields and _fields(actual) != fields:
        return _other(actual, expected, what)
    for index, (got, due) in enumerate(zip(actual, expected, strict=True)):
        found = difference(got, due, manner, f"{what}.{fields[index]}" if fields else f"{what}[{index}]")
        if found:
            return found
    return None


def _number_difference(actual: Any, expected: float, manner: Manner, what: str) -> Difference | None:
    if type(actual) is not type(expected):
        return _other(actual, expected, what)
    if isinstance(expected, int):
        return None if actual == expected else _values(what, number(actual), number(expected), "0")
    allowed = manner.tolerance(DTYPE.get())
    bound = allowed.atol + allowed.rtol * abs(expected) if math.isfinite(expected) else 0.0
    same = actual == expected or (math.isnan(actual) and math.isnan(expected)) or abs(actual - expected) <= bound
    return None if same else _values(what, number(actual), number(expected), number(bound))


def _values(what: str, got: str, expected: str, allowed: str) -> Difference:
    return Difference(what=what, kind="values", got=got, expected=expected, allowed=allowed, differing=1, total=1)


def _tensor_difference(actual: Any, expected: torch.Tensor, manner: Manner, what: str) -> Difference | None:
    if not isinstance(actual, torch.Tensor):
        return _other(actual, expected, what)
    facts: dict[str, Any] = {
        "got_shape": tuple(actual.shape),
        "expected_shape": tuple(expected.shape),
        "got_dtype": short(actual.dtype),
        "expected_dtype": short(expected.dtype),
    }
    if actual.shape != expected.shape:
        squeezed = (
            actual.squeeze().shape == expected.squeeze().shape
            and not _outside(actual.squeeze(), expected.squeeze(), manner).any()
        )
        kind = "extra axis" if squeezed else "shape"
        return Difference(
            what=what, kind=kind, got=str(tuple(actual.shape)), expected=str(tuple(expected.shape)), **facts
        )
    if actual.dtype != expected.dtype:
        return Difference(what=what, kind="dtype", got=short(actual.dtype), expected=short(expected.dtype), **facts)
    found = _element_difference(actual, expected, manner, what, facts)
    if found:
        return found
    if manner.device and device_of(actual) not in ("", manner.device):
        return Difference(what=what, kind="device", got=device_of(actual), expected=manner.device, **facts)
    if actual.requires_grad and not expected.requires_grad:
        return Difference(what=what, kind="gradient", got="tracks gradients", expected="tracks none", **facts)
    return None


def _element_difference(
    actual: torch.Tensor, expected: torch.Tensor, manner: Manner, what: str, facts: dict[str, Any]
) -> Difference | None:
    outside = _outside(actual, expected, manner)
    count = int(outside.sum())
    if not count:
        return None
    got, due = actual.detach(), expected.detach()
    allowed = manner.tolerance(due.dtype)
    if due.is_floating_point() or due.is_complex():
        excess = (got - due).abs().double() - (allowed.atol + allowed.rtol * due.abs().double())
        excess = torch.where(outside, excess.nan_to_num(math.inf, math.inf, math.inf), -math.inf)
    else:
        excess = outside.double()
    flat = int(excess.reshape(-1).argmax())
    worst = _unravelled(flat, due.shape)
    here = due[worst].item()
    bound = allowed.atol + allowed.rtol * abs(here) if isinstance(here, (float, complex)) else 0
    return Difference(
        what=what,
        kind="values" if (due.isfinite().all() and got.isfinite().all()) or not due.isfinite().all() else "not finite",
        got=number(got[worst].item()),
        expected=number(here),
        allowed=number(bound if math.isfinite(bound) else 0.0),
        worst=worst,
        differing=count,
        total=due.numel(),
        **facts,
    )


def _unravelled(flat: int, shape: Sequence[int]) -> tuple[int, ...]:
    """The index of an element by its number. (torch.unravel_index imports much when it is first called.)"""
    index = []
    for size in reversed(shape):
        flat, at = divmod(flat, size)
        index.append(at)
    return tuple(reversed(index))


def _outside(actual: torch.Tensor, expected: torch.Tensor, manner: Manner) -> torch.Tensor:
    """Which elements are further apart than allowed. nan equals nan, inf equals inf of the same sign."""
    got, due = actual.detach(), expected.detach()
    if got.is_complex() and not due.is_complex():
        return torch.ones_like(due, dtype=torch.bool)
    got = got.to(due.dtype)
    if not (due.is_floating_point() or due.is_complex()):
        return got != due
    allowed = manner.tolerance(due.dtype)
    return ~torch.isclose(got, due, rtol=allowed.rtol, atol=allowed.atol, equal_nan=True)


def _other(actual: Any, expected: Any, what: str) -> Difference:
    """A value of another kind (or another plain value)."""
    return Difference(
        what=what,
        kind="type" if type(actual) is not type(expected) else "values",
        got=shown(actual),
        expected=shown(expected),
    )


def shown(value: Any) -> str:
    """A value in a few words, for a message."""
    if value is None:
        return "None"
    if isinstance(value, torch.Tensor):
        inside = f" = {number(value.item())}" if value.dim() == 0 else ""
        return f"a {short(value.dtype)} tensor of shape {tuple(value.shape)}{inside}"
    if isinstance(value, Opaque):
        return value.text
    if isinstance(value, bool):
        return f"the bool {value}"
    if isinstance(value, int):
        return f"the int {value}" if value.bit_length() < _LONG_INT else number(value)
    if isinstance(value, float):
        return f"the float {number(value)}"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    if isinstance(value, (list, tuple, dict)):
        kind = "dict" if isinstance(value, dict) else "list" if isinstance(value, list) else "tuple"
        fields = _fields(value)
        return f"a named tuple of {_names(fields)}" if fields else f"a {kind} of {len(value)}"
    return repr(value)


def _fields(value: Any) -> tuple[str, ...]:
    """The names of a named tuple's fields (none for anything else)."""
    return tuple(getattr(value, "fields", None) or getattr(type(value), "_fields", None) or ())


def _names(names: Iterable[str]) -> str:
    """Some names in a few words."""
    listed = [repr(name if len(name) <= 40 else name[:37] + "...") for name in itertools.islice(names, _NAMES + 1)]
    return ", ".join([*listed[:_NAMES], *(["..."] if len(listed) > _NAMES else [])]) or "none"


def number(value: complex) -> str:
    """A number with enough digits to see a difference, and not more."""
    if isinstance(value, (bool, int)):
        return str(value) if value.bit_length() < _LONG_INT else f"an int of {value.bit_length()} bits"
    return f"{value:.{_SHOWN}g}"


def short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
