"""Totals: the page's examples, and what holds for every class."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from webapp.gradebook.totals import Part, Total, Totals, hundredths, percent

PAGE = (Path(__file__).parents[3] / "docs/gradebook.md").read_text("utf-8")


def rows_after(heading: str) -> list[list[str]]:
    """The cells of the table that begins with this line."""
    lines = PAGE.split(heading, 1)[1].splitlines()[2:]
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_the_examples_of_the_page_hold() -> None:
    parts, points, due = [], {}, set()
    for number, most, weight, has in rows_after("| assignment | maximum | weight | ada |"):
        id = int(number)
        parts.append(Part(id, int(most) * 1000, int(weight) * 1000))
        due.add(id)
        if has != "missing":
            points[id] = None if has == "waiting" else int(has) * 1000
    examples = rows_after("| drop lowest | counts | share | points |")
    assert len(examples) == 4
    for drop, counts, share, sums in examples:
        total = Totals(parts, int(drop)).of(points, due)
        assert total.counted == tuple(int(id) for id in counts.split(", "))
        assert percent(total.share) == share.rsplit("= ", 1)[1]
        assert total.share == Fraction(re.findall(r"\d+/\d+", share)[-1]), "and exactly"
        assert f"{total.points // 1000} of {total.out_of // 1000}" == sums


def test_what_is_not_asked_or_weighs_nothing_does_not_count() -> None:
    parts = [Part(1, 3000), Part(2, 3000, is_asked=False), Part(3, 3000, weight=0), Part(4, 0)]
    total = Totals(parts).of({1: 3000, 2: 0, 3: 0}, {1, 2, 3, 4})
    assert total == Total(3000, 6000, Fraction(1), (1,), (), (4,))


def test_nothing_counts_in_a_course_that_has_just_begun() -> None:
    assert Totals([Part(1, 3000)], 1).of({}, set()) == Total(0, 0, None)
    assert Totals([]).of({}, set()) == Total(0, 0, None)


def test_waiting_and_not_graded_hurt_nobody() -> None:
    totals = Totals([Part(1, 3000), Part(2, 5000)])
    assert totals.of({1: 3000, 2: None}, {1, 2}).share == 1
    assert totals.of({1: 3000}, {1, 2}).share == Fraction(1, 2)


def test_the_heavier_of_two_equal_shares_is_dropped_then_the_earlier() -> None:
    parts = [Part(1, 3000, 1000), Part(2, 7000, 2000), Part(3, 1000, 2000), Part(4, 5000, 1000)]
    nothing = dict.fromkeys((1, 2, 3), 0)
    assert Totals(parts, 1).of(nothing | {4: 5000}, set()).dropped == (2,)
    assert Totals(parts, 2).of(nothing | {4: 5000}, set()).dropped == (2, 3)


def test_shares_are_rounded_once_and_a_half_up() -> None:
    assert percent(Fraction(1, 3)) == "33.3 %" and percent(Fraction(2, 3)) == "66.7 %"
    assert percent(Fraction(1, 2000)) == "0.1 %" and percent(Fraction(1)) == "100.0 %" and percent(None) == "–"
    assert hundredths(Fraction(5, 6)) == 8333 and hundredths(Fraction(1, 20000)) == 1 and hundredths(None) is None


CLASSES = st.lists(
    st.tuples(
        st.integers(1, 20_000),  # max
        st.integers(0, 5000),  # weight
        st.booleans(),  # asked
        st.one_of(st.none(), st.just("absent"), st.fractions(0, 1)),  # waiting, nothing sent, a share
        st.booleans(),  # due
    ),
    max_size=12,
)


def made(rows: list[tuple[int, int, bool, object, bool]]) -> tuple[list[Part], dict[int, int | None], set[int]]:
    parts = [Part(id, most, weight, asked) for id, (most, weight, asked, _, _) in enumerate(rows)]
    points = {
        id: None if has is None else int(has * most)  # type: ignore[operator]
        for id, (most, _, _, has, _) in enumerate(rows)
        if has != "absent"
    }
    return parts, points, {id for id, row in enumerate(rows) if row[4]}


@given(CLASSES)
def test_the_share_is_the_weighted_mean_of_what_counts(rows: list[tuple[int, int, bool, object, bool]]) -> None:
    parts, points, due = made(rows)
    total = Totals(parts).of(points, due)
    means, weights = Fraction(0), 0
    for part in parts:
        got = points.get(part.assignment)
        missing = part.assignment not in points and part.assignment in due
        if part.is_asked and part.weight and (got is not None or missing):
            means += part.weight * Fraction(got or 0, part.max)
            weights += part.weight
    assert total.share == (means / weights if weights else None)
    assert total.points == sum(points.get(part.assignment) or 0 for part in parts if part.is_asked)
    assert total.points <= total.out_of
    assert Totals(parts, 2).share_of(points, due) == Totals(parts, 2).of(points, due).share


@given(CLASSES, st.integers(0, 14))
def test_dropping_never_hurts_and_drops_the_lowest(rows: list[tuple[int, int, bool, object, bool]], drop: int) -> None:
    parts, points, due = made(rows)
    before, total = Totals(parts).of(points, due), Totals(parts, drop).of(points, due)
    assert (total.share is None) == (before.share is None)
    assert sorted((*total.counted, *total.dropped)) == sorted(before.counted)
    if total.share is None or before.share is None:
        return
    assert len(total.dropped) == min(drop, len(before.counted) - 1)
    assert before.share <= total.share <= 1
    most = {part.assignment: part.max for part in parts}
    shares = {id: Fraction(points.get(id) or 0, most[id]) for id in before.counted}
    if total.dropped:
        assert max(shares[id] for id in total.dropped) <= min(shares[id] for id in total.counted)


@given(CLASSES, st.integers(0, 4), st.randoms(use_true_random=False))
def test_the_order_of_a_students_results_changes_nothing(
    rows: list[tuple[int, int, bool, object, bool]], drop: int, random: object
) -> None:
    parts, points, due = made(rows)
    mixed = list(points.items())
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert Totals(parts, drop).of(points, due) == Totals(parts, drop).of(dict(mixed), due)


@given(CLASSES, st.integers(0, 4), st.integers(0, 11))
def test_more_points_never_give_a_smaller_share(
    rows: list[tuple[int, int, bool, object, bool]], drop: int, which: int
) -> None:
    parts, points, due = made(rows)
    got = points.get(which)
    if got is None or got >= parts[which].max:
        return
    before, after = (Totals(parts, drop).of({**points, which: value}, due).share for value in (got, got + 1))
    if all(part.weight == parts[which].weight for part in parts):  # with one weight for all, dropping keeps the order
        assert before is None or (after is not None and after >= before)
