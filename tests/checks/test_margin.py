"""The margin of a comparison: which part of the tolerance a difference uses."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from grader.checks import CheckFailed, close
from grader.checks.margin import MARGINS, MOST, margin
from grader.checks.tolerance import tolerance

ONE = torch.tensor([1.0, 2.0], dtype=torch.float64)


def measured(actual: Any, expected: Any) -> float | None:
    return margin(actual, expected, tolerance, torch.float64)


@pytest.mark.parametrize(
    ("actual", "expected", "ratio"),
    [
        (1.0, 1.0, 0.0),
        (1.0 + 1.001e-6, 1.0, 1.0),
        (ONE, ONE, 0.0),
        (ONE + torch.tensor([0.0, 2.001e-5], dtype=torch.float64), ONE, 10.0),
        ({"a": ONE, "b": [1.0 + 1.001e-5]}, {"a": ONE, "b": [1.0]}, 10.0),
        (ONE * math.nan, ONE * math.nan, 0.0),
        (ONE * math.inf, ONE * math.inf, 0.0),
        (ONE * math.nan, ONE, MOST),
        (ONE, ONE * math.inf, MOST),
        (math.inf, 1.0, MOST),
    ],
)
def test_the_farthest_number_counts(actual: Any, expected: Any, ratio: float) -> None:
    assert measured(actual, expected) == pytest.approx(ratio, rel=1e-3)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1, 2),
        ("a", "b"),
        (ONE, ONE.float()),
        (ONE, ONE[:1]),
        (None, ONE),
        (torch.tensor([1]), torch.tensor([2])),
        ([], []),
        (1, 1.0),
    ],
)
def test_what_no_tolerance_decides_has_no_margin(actual: Any, expected: Any) -> None:
    assert measured(actual, expected) is None


def test_a_check_keeps_its_margins_only_when_somebody_collects_them() -> None:
    close(1.0, 1.0)
    kept = MARGINS.set([])
    try:
        close(1.0, 1.0)
        with pytest.raises(CheckFailed):
            close([2.0, 1.0], [1.0, 1.0])
        assert MARGINS.get() == [0.0, pytest.approx(1 / 1.001e-6)]
    finally:
        MARGINS.reset(kept)
