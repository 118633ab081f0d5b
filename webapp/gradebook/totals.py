"""What a student has in all: points, and the share of what counts. Exact: whole numbers and fractions, no floats.

The rules stand in docs/gradebook.md; its examples are run by the tests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
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
        self._max = {part.assignment: part.max for part in asked}
        self._whole = math.lcm(*(part.max for part in weighty)) if weighty else 1
        # assignment -> what turns milli-points into the common denominator, the weight (negative), the position.
        # In a list by their order these sort as they are dropped: the lowest share first, the heavier one first among
        # equals, so that dropping helps as much as it can, then the earlier one.
        self._terms = {
            part.assignment: (self._whole // part.max, -part.weight, position) for position, part in enumerate(weighty)
        }
        self._ids = [part.assignment for part in weighty]
        self._drop = drop_lowest

    def of(self, points: Mapping[int, int | None], due: Set[int]) -> Total:
        """points: assignment id -> milli-points, None where something was sent and nothing counts yet; what was never
        sent is left out. due: the assignments whose deadline has passed for this student.
        """
        most = self._max
        missing = [assignment for assignment in due - points.keys() if assignment in most]
        got = {id: earned for id, earned in points.items() if earned is not None and id in most}
        earned = sum(got.values())
        out_of = sum([most[id] for id in got]) + sum([most[id] for id in missing])
        shares = self._shares(got, missing)
        in_order = tuple(sorted(missing, key=list(most).index)) if missing else ()
        if not shares:
            return Total(earned, out_of, None, missing=in_order)
        gone = self._gone(shares)
        dropped = tuple(self._ids[position] for position in sorted(one[2] for one in shares[:gone]))
        counted = tuple(self._ids[position] for position in sorted(one[2] for one in shares[gone:]))
        return Total(earned, out_of, self._share(shares[gone:]), counted, dropped, in_order)

    def share_of(self, points: Mapping[int, int | None], due: Set[int]) -> Fraction | None:
        """The share alone: for sorting a class by it."""
        missing = [assignment for assignment in due - points.keys() if assignment in self._max]
        shares = self._shares({id: earned for id, earned in points.items() if earned is not None}, missing)
        return self._share(shares[self._gone(shares) :]) if shares else None

    def _shares(self, got: Mapping[int, int], missing: Sequence[int]) -> list[tuple[int, int, int]]:
        """(share in the common denominator, minus the weight, position), the first to be dropped first."""
        terms = self._terms
        found = [(got[id] * term[0], term[1], term[2]) for id in got if (term := terms.get(id))]
        found += [(0, term[1], term[2]) for id in missing if (term := terms.get(id))]
        if self._drop:
            found.sort()
        return found

    def _gone(self, shares: Sequence[object]) -> int:
        return min(self._drop, len(shares) - 1)  # one always stays

    def _share(self, kept: Sequence[tuple[int, int, int]]) -> Fraction:
        have = sum([share * weight for share, weight, _ in kept])
        return Fraction(have, self._whole * sum([weight for _, weight, _ in kept]))


def hundredths(share: Fraction | None) -> int | None:
    """A share in hundredths of a percent, a half rounded up: 5/6 -> 8333."""
    return None if share is None else (share.numerator * 20000 + share.denominator) // (2 * share.denominator)


def percent(share: Fraction | None) -> str:
    """As people read it: 5/6 -> "83.3 %", None -> "–". Rounded once, a half up."""
    if share is None:
        return "–"
    tenths = (share.numerator * 2000 + share.denominator) // (2 * share.denominator)
    return f"{tenths // 10}.{tenths % 10} %"
