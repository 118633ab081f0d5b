"""What a student has in all: points, and the share of what counts. Exact: whole numbers and fractions, no floats.

The rules stand in docs/gradebook.md; its examples are run by the tests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Part:
    """One assignment, as far as totals need it. `max` is in milli-points, `weight` in thousandths.

    `is_asked`: it is published, and its exercise has not left the course.
    """

    assignment: int
    max: int
    weight: int = 1000
    is_asked: bool = True


@dataclass(frozen=True)
class Total:
    """What one student has in all.

    points: of all that was asked, in milli-points, whatever its weight. out_of: what those and the missing ones are
    worth at most. share: between 0 and 1; None while nothing counts. counted, dropped, missing: assignment ids;
    `missing` ones are zeros in `counted` or `dropped`.
    """

    points: int
    out_of: int
    share: Fraction | None
    counted: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()


class Totals:
    """Totals of one course. Made once, asked for each student.

    All shares of the course have one common denominator, so that a student's total is a sum of whole numbers.
    """

    def __init__(self, parts: Iterable[Part], drop_lowest: int = 0) -> None:
        asked = [part for part in parts if part.is_asked]
        weighty = [part for part in asked if part.max > 0 and part.weight > 0]
        self._asked = [(part.assignment, part.max) for part in asked]
        self._whole = math.lcm(*(part.max for part in weighty)) if weighty else 1
        self._parts = [(part.assignment, part.weight, self._whole // part.max) for part in weighty]
        self._drop = drop_lowest

    def of(self, points: Mapping[int, int | None], due: Set[int]) -> Total:
        """points: assignment id -> milli-points, None where something was sent and nothing counts yet; what was never
        sent is left out. due: the assignments whose deadline has passed for this student.
        """
        earned = out_of = 0
        missing = []
        for assignment, most in self._asked:
            if assignment in points:
                got = points[assignment]
                if got is not None:
                    earned += got
                    out_of += most
            elif assignment in due:
                missing.append(assignment)
                out_of += most
        # (share times the common denominator, minus the weight, position): the lowest first, the heavier one first
        # among equals, so that dropping helps as much as it can, then the earlier one.
        shares = []
        for position, (assignment, weight, times) in enumerate(self._parts):
            if assignment in points:
                got = points[assignment]
                if got is not None:
                    shares.append((got * times, -weight, position))
            elif assignment in due:
                shares.append((0, -weight, position))
        if not shares:
            return Total(earned, out_of, None, missing=tuple(missing))
        left = min(self._drop, len(shares) - 1)  # one always stays
        dropped: tuple[int, ...] = ()
        if left:
            in_order = sorted(shares)
            gone = {position for _, _, position in in_order[:left]}
            dropped = tuple(self._parts[position][0] for position in sorted(gone))
            shares = [one for one in shares if one[2] not in gone]
        have = sum(share * -minus for share, minus, _ in shares)
        whole = self._whole * sum(-minus for _, minus, _ in shares)
        counted = tuple(self._parts[position][0] for _, _, position in shares)
        return Total(earned, out_of, Fraction(have, whole), counted, dropped, tuple(missing))


def hundredths(share: Fraction | None) -> int | None:
    """A share in hundredths of a percent, a half rounded up: 5/6 -> 8333."""
    return None if share is None else (share.numerator * 20000 + share.denominator) // (2 * share.denominator)


def percent(share: Fraction | None) -> str:
    """As people read it: 5/6 -> "83.3 %", None -> "–". Rounded once, a half up."""
    if share is None:
        return "–"
    tenths = (share.numerator * 2000 + share.denominator) // (2 * share.denominator)
    return f"{tenths // 10}.{tenths % 10} %"
