"""How far a value is from its tolerance: 0 is exact, 1 is the most that passes. Only a proof asks for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import torch

from grader.checks.tolerance import Tolerance

MOST = 1e9  # what is further away than this, or not finite, counts as this far

# Where a proof collects the margins of a check's comparisons; None in a student's grading, which pays nothing for it.
MARGINS: ContextVar[list[float] | None] = ContextVar("margins", default=None)

ToleranceOf = Callable[[torch.dtype], Tolerance]


def note(actual: Any, expected: Any, tolerance_of: ToleranceOf, dtype: torch.dtype) -> None:
    """Keep the margin of this comparison where somebody collects them. `dtype` is that of Python's floats."""
    margins = MARGINS.get()
    if margins is not None and (farthest := margin(actual, expected, tolerance_of, dtype)) is not None:
        margins.append(farthest)


def margin(actual: Any, expected: Any, tolerance_of: ToleranceOf, dtype: torch.dtype) -> float | None:
    """The largest |actual - expected| / allowed of all numbers in a result; None where none is compared by tolerance.

    What differs in structure, shape or dtype is no matter of tolerances and is left out.
    """
    if isinstance(expected, torch.Tensor):
        return _of_tensors(actual, expected, tolerance_of) if isinstance(actual, torch.Tensor) else None
    if isinstance(expected, float):
        return _of_floats(actual, expected, tolerance_of(dtype)) if isinstance(actual, float) else None
    pairs: list[tuple[Any, Any]] = []
    if isinstance(expected, dict) and isinstance(actual, dict):
        pairs = [(actual[key], due) for key, due in expected.items() if key in actual]
    elif isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        pairs = list(zip(actual, expected, strict=False))
    found = [margin(got, due, tolerance_of, dtype) for got, due in pairs]
    return max((one for one in found if one is not None), default=None)


def _of_floats(actual: float, expected: float, allowed: Tolerance) -> float | None:
    bound = allowed.atol + allowed.rtol * abs(expected)
    if actual == expected or (math.isnan(actual) and math.isnan(expected)):
        return 0.0
    if not bound:
        return None
    ratio = abs(actual - expected) / bound if math.isfinite(bound) else math.inf
    return min(ratio, MOST) if math.isfinite(ratio) else MOST


def _of_tensors(actual: torch.Tensor, expected: torch.Tensor, tolerance_of: ToleranceOf) -> float | None:
    if actual.shape != expected.shape or actual.dtype != expected.dtype or not expected.numel():
        return None
    allowed = tolerance_of(expected.dtype)
    if not (expected.is_floating_point() or expected.is_complex()) or not (allowed.atol or allowed.rtol):
        return None
    got, due = actual.detach(), expected.detach()
    wide = torch.complex128 if due.is_complex() else torch.float64
    got, due = got.to(wide), due.to(wide)
    same = (got == due) | (got.isnan() & due.isnan())
    ratio = (got - due).abs() / (allowed.atol + allowed.rtol * due.abs())
    ratio = torch.where(due.isfinite(), ratio, math.inf).nan_to_num(MOST, MOST)
    return min(float(torch.where(same, 0.0, ratio).max()), MOST)
