"""Many tasks, a few at a time: threads that never run far ahead of whoever takes the results."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 8  # for each thread: enough that one slow task doesn't let the others stand idle


def in_turn(threads: int, action: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """The results in the order of the items, `threads` at a time.

    However many items there are, at most eight a thread are begun, or done and not taken yet. Raises what `action`
    raises, when that result's turn comes; nothing more is begun then, or when the caller stops asking.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(action, item))
                if len(waiting) == threads * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
