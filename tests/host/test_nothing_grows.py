"""A grader that has graded many submissions is as it was before: memory, processes, descriptors, mounts."""

from __future__ import annotations

import dataclasses
import gc
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.api import Grader, Submission
from grader.course.model import Exercise

pytestmark = pytest.mark.jail

MB = 1 << 20
NOBODY = 65534
# What students send in a day; the first line of each says which verdicts it may get.
FOLDER = Path(__file__).parents[1] / "end_to_end" / "mixture"
MIXTURE = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.iterdir()) if path.suffix != ".md"}
QUICK = ("right", "wrong", "raises", "not_python", "exits", "loud", "large", "forges", "breaks_off", "opens", "threads")


def resident(pid: int) -> int:
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def mounts(pid: int | str) -> int:
    return len(Path(f"/proc/{pid}/mountinfo").read_text().splitlines())


def of_this_machine() -> dict[str, object]:
    """What a guest could leave outside its walls: mounts, and files and System V objects of nobody's."""
    folders = [folder for folder in ("/tmp", "/dev/shm", "/dev/mqueue") if os.path.isdir(folder)]
    left = [entry.path for folder in folders for entry in os.scandir(folder) if is_nobodys(entry)]
    tables = [Path("/proc/sysvipc", name).read_text().splitlines() for name in ("shm", "sem", "msg")]
    return {
        "files": sorted(left),
        "objects": [line for table in tables for line in table if str(NOBODY) in line.split()],
        "folders of ours": sorted(name for name in os.listdir("/tmp") if name.startswith("gradgym")),
        "mounts": mounts("self"),
    }


def is_nobodys(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_uid == NOBODY
    except OSError:
        return False  # gone meanwhile


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
        self.their_mounts = {pid: mounts(pid) for pid in self.parents}
        self.children = sorted(below(os.getpid()))
        self.machine = of_this_machine()

    def have_not_grown_beyond(self, before: Sizes, *, ours: int, theirs: int) -> None:
        assert self.children == before.children
        assert self.descriptors == before.descriptors
        assert self.their_descriptors == before.their_descriptors
        assert self.their_mounts == before.their_mounts
        assert self.machine == before.machine
        assert self.ours - before.ours < ours
        for pid, size in self.theirs.items():
            assert size - before.theirs[pid] < theirs, pid


GradeMany = Callable[[int, Sequence[str]], None]


@pytest.fixture
def grade_many(grader: Grader, exercises: dict[str, Exercise]) -> GradeMany:
    """`grade_many(60, names)`: so many gradings of these programs in turn, two at a time, each with its due verdict."""
    exercise = exercises["double_it"]
    in_short = dataclasses.replace(exercise, limits=dataclasses.replace(exercise.limits, seconds=0.5))

    def many(count: int, names: Sequence[str]) -> None:
        def grade(number: int) -> str:
            """In words, what is not as it should be."""
            name = names[number % len(names)]
            due = MIXTURE[name].split("\n")[0].removeprefix("# ").split(" or ")
            submission = Submission(f"{name}.py", MIXTURE[name].encode())
            report = grader.grade(submission, in_short if due == ["timed_out"] else exercise)
            said = [f"{check.name} {check.verdict}: {check.rationale}" for check in report.checks]
            return "" if report.verdict in due else f"{name}: {report.verdict} {report.message} {said}"

        with ThreadPoolExecutor(2) as threads:
            assert [said for said in threads.map(grade, range(count)) if said] == []

    return many


def test_some_gradings_leave_everything_as_it_was(
    grader: Grader, grade_many: GradeMany, processes_below: Callable[[int], list[int]]
) -> None:
    grade_many(len(QUICK), QUICK)  # the first ones fill caches
    before = Sizes(grader, processes_below)
    grade_many(3 * len(QUICK), QUICK)
    Sizes(grader, processes_below).have_not_grown_beyond(before, ours=12 * MB, theirs=12 * MB)


@pytest.mark.slow
def test_five_hundred_gradings_of_all_kinds_leave_everything_as_it_was(
    grader: Grader, grade_many: GradeMany, processes_below: Callable[[int], list[int]]
) -> None:
    assert len(MIXTURE) > 12
    grade_many(3 * len(MIXTURE), list(MIXTURE))
    before = Sizes(grader, processes_below)
    grade_many(500, list(MIXTURE))
    Sizes(grader, processes_below).have_not_grown_beyond(before, ours=16 * MB, theirs=16 * MB)
