"""Many tasks a few at a time: results in order, and never many waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from grader.host.turns import in_turn


class Counted:
    """Numbers that are begun and taken, and the most that lay between the two."""

    def __init__(self) -> None:
        self.begun = self.taken = self.most = 0
        self._lock = threading.Lock()

    def double(self, number: int) -> int:
        with self._lock:
            self.begun += 1
            self.most = max(self.most, self.begun - self.taken)
        return 2 * number

    def take(self, results: Iterator[int]) -> list[int]:
        found = []
        for result in results:
            with self._lock:
                self.taken += 1
            found.append(result)
        return found


@pytest.mark.parametrize("count", [0, 1, 7, 16, 17, 1000])
def test_results_come_in_the_order_of_the_items(count: int) -> None:
    assert list(in_turn(2, Counted().double, range(count))) == [2 * number for number in range(count)]


def test_order_is_kept_when_a_later_one_is_done_first() -> None:
    second_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert second_done.wait(20)
        elif number == 1:
            second_done.set()
        return number

    assert list(in_turn(2, work, range(40))) == list(range(40))


def test_only_a_few_are_begun_ahead_of_the_caller() -> None:
    counted = Counted()
    assert counted.take(in_turn(2, counted.double, range(1000))) == [2 * number for number in range(1000)]
    assert counted.begun == 1000
    assert counted.most <= 2 * 8


def test_a_caller_who_does_not_ask_lets_nothing_more_begin() -> None:
    counted = Counted()
    results = in_turn(2, counted.double, iter(range(1000)))
    assert [next(results), next(results)] == [0, 2]
    results.close()  # type: ignore[attr-defined]  # (it waits for those that are running)
    assert counted.begun <= 2 * 8 + 2


def test_what_a_task_raises_comes_in_its_turn_and_ends_the_rest() -> None:
    counted = Counted()

    def work(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return counted.double(number)

    results = in_turn(2, work, range(1000))
    assert [next(results) for _ in range(3)] == [0, 2, 4]
    with pytest.raises(ValueError, match="three"):
        next(results)
    assert counted.begun <= 2 * 8 + 4
