"""A grader that has graded many submissions is as large as after the first few: memory, descriptors, processes."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.api import Grader, Submission
from grader.course.model import Exercise
from grader.report import Verdict

pytestmark = pytest.mark.jail

MB = 1 << 20
HEAD = "import os, torch\ndef double_it(x):\n    if not x.is_floating_point():\n        raise ValueError\n    "
SOURCES = {
    "right": (HEAD + "return 2 * x\n", Verdict.PASSED),
    "wrong": (HEAD + "return 3 * x\n", Verdict.WRONG),
    "loud": (HEAD + "print('x' * 100_000)\n    return 2 * x\n", Verdict.PASSED),
    "dies": (HEAD + "os._exit(1) if x.numel() == 6 else 0\n    return 2 * x\n", Verdict.CRASHED),
    "broken": ("def double_it(x:\n", Verdict.CRASHED),
    "large": (HEAD + "return torch.zeros(2_000_000)\n", Verdict.WRONG),
}


def resident(pid: int) -> int:
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


class Sizes:
    """Of this process, the examiner parent and everything below the guest parent."""

    def __init__(self, grader: Grader, below: Callable[[int], list[int]]) -> None:
        gc.collect()
        self.parents = [engine.examiner.pid for engine in grader._engines.values()]
        self.parents += [pid for guests in grader._guests.values() for pid in (guests.pid, *below(guests.pid))]
        self.ours = resident(os.getpid())
        self.theirs = {pid: resident(pid) for pid in self.parents}
        self.descriptors = descriptors(os.getpid())
        self.their_descriptors = {pid: descriptors(pid) for pid in self.parents}
        self.children = sorted(below(os.getpid()))

    def have_not_grown_beyond(self, before: Sizes, *, ours: int, theirs: int) -> None:
        assert self.children == before.children
        assert self.descriptors == before.descriptors
        assert self.their_descriptors == before.their_descriptors
        assert self.ours - before.ours < ours
        for pid, size in self.theirs.items():
            assert size - before.theirs[pid] < theirs, pid


@pytest.fixture
def grade_many(grader: Grader, exercises: dict[str, Exercise]) -> Callable[[int], None]:
    def many(count: int) -> None:
        names = [list(SOURCES)[number % len(SOURCES)] for number in range(count)]
        submissions = [Submission(f"{name}.py", SOURCES[name][0].encode()) for name in names]
        with ThreadPoolExecutor(2) as threads:
            reports = threads.map(lambda submission: grader.grade(submission, exercises["double_it"]), submissions)
            for name, report in zip(names, reports, strict=True):
                assert report.verdict is SOURCES[name][1], (name, report.verdict, report.message)

    return many


def test_sixty_gradings_leave_everything_as_it_was(
    grader: Grader, grade_many: Callable[[int], None], processes_below: Callable[[int], list[int]]
) -> None:
    grade_many(18)  # the first ones fill caches
    before = Sizes(grader, processes_below)
    grade_many(60)
    Sizes(grader, processes_below).have_not_grown_beyond(before, ours=12 * MB, theirs=12 * MB)


@pytest.mark.slow
def test_five_hundred_gradings_leave_everything_as_it_was(
    grader: Grader, grade_many: Callable[[int], None], processes_below: Callable[[int], list[int]]
) -> None:
    grade_many(60)
    before = Sizes(grader, processes_below)
    grade_many(500)
    Sizes(grader, processes_below).have_not_grown_beyond(before, ours=16 * MB, theirs=16 * MB)
