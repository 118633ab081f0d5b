"""A cgroup for each guest, where groups can be made: really entered, limited and taken away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.model import Exercise
from grader.host.processes import GuestParent
from grader.jail import cgroup
from grader.jail.cgroup import SETTING, Group, Groups, NoGroups, folder_of, groups_here
from grader.jail.doctor import static_findings
from grader.jail.outer import NoWall
from grader.jail.policy import Inner
from grader.report import Verdict

# Where a process finds its own group

MODERN = "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
CONTAINER = "30 24 0:26 /docker/1f2e /sys/fs/cgroup rw - cgroup2 cgroup rw\n"
OLD = "31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
HYBRID = OLD + "32 24 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"


@pytest.mark.parametrize(
    ("mounts", "groups", "folder"),
    [
        (MODERN, "0::/system.slice/gradgym.service/main\n", "/sys/fs/cgroup/system.slice/gradgym.service/main"),
        (MODERN, "0::/\n", "/sys/fs/cgroup"),
        (HYBRID, "4:memory:/jobs\n0::/unit/main\n", "/sys/fs/cgroup/unified/unit/main"),
        (CONTAINER, "0::/docker/1f2e/main\n", "/sys/fs/cgroup/main"),
        (CONTAINER, "0::/main\n", "/sys/fs/cgroup/main"),
        (OLD, "4:memory:/jobs\n", None),
        (MODERN, "4:memory:/jobs\n", None),
        ("", "", None),
    ],
)
def test_the_own_group_is_found_by_what_the_kernel_says(mounts: str, groups: str, folder: str | None) -> None:
    assert folder_of(mounts, groups) == (Path(folder) if folder else None)


# What the operator says

RIGHT = b"""
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
"""
HANGS = b"""
def double_it(x):
    while True:
        pass
"""


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that the operator has named, and in which no group can be made."""
    folder = tmp_path / "none"
    monkeypatch.setenv(SETTING, str(folder))
    return folder


def test_groups_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "off")
    with pytest.raises(NoGroups, match="switched off") as refused:
        groups_here()
    assert not refused.value.asked_for


def test_a_folder_that_the_operator_named_is_not_quietly_done_without(named: Path) -> None:
    with pytest.raises(NoGroups, match="No such file"):
        groups_here()
    with pytest.raises(NoWall, match=SETTING):
        GuestParent(walled=True)


def test_the_doctor_says_what_is_wrong_with_a_named_folder(named: Path) -> None:
    (found,) = [finding for finding in static_findings() if finding.name == "cgroups"]
    assert (found.holds, found.needed) == (False, True)
    assert str(named) in found.says
    assert SETTING in found.remedy


@pytest.mark.jail
def test_nothing_is_graded_without_the_groups_that_were_asked_for(named: Path, exercises: dict[str, Exercise]) -> None:
    with Grader(Settings(seed=0)) as grader:
        report = grader.grade(Submission("ada.py", RIGHT), exercises["double_it"])
    assert report.verdict is Verdict.NOT_GRADED
    assert SETTING in report.message


# Real groups


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in which this account may make groups: below the one that was handed to us, or as root below all."""
    above, why = None, ""
    try:
        above = groups_here().folder
    except NoGroups as none:
        why = f": {none}"
        if sys.platform == "linux":
            above = cgroup.folder_of(Path("/proc/self/mountinfo").read_text(), "0::/\n")
    if above is None:
        pytest.skip(f"no cgroups here{why}")
    made = above / f"tests-of-gradgym-{os.getpid()}"
    try:
        made.mkdir()
    except OSError as refused:
        pytest.skip(f"no cgroups here{why}; and none can be made: {refused.strerror}")
    try:
        yield made
    finally:
        made.rmdir()  # fails where a test has left a group


@pytest.fixture
def ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(SETTING, str(folder))
    return folder


@pytest.fixture
def limited(ours: Path) -> Path:
    missing = {"memory", "pids"} - set(Groups(ours).controllers)
    if missing:
        pytest.skip(f"the groups that can be made here have no control over {', '.join(sorted(missing))}")
    return ours


ENTER = "import os; os.write({entry}, b'0'); os.close({entry})\n"


def groups_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.startswith("gradgym-"))


@pytest.mark.jail
def test_a_guest_has_a_group_of_its_own_as_long_as_it_lives(ours: Path) -> None:
    parent = GuestParent(walled=True)
    try:
        parent.ready()
        guests = [parent.spawn(Inner()) for _ in range(2)]
        assert [guest.wire.recv(1) for guest in guests] == [b"!", b"!"]
        members = [(group / "cgroup.procs").read_text().split() for group in groups_in(ours)]
        assert [len(pids) for pids in members] == [1, 1]
        assert members[0] != members[1]
        for guest in guests:
            guest.pull_leash()
            while guest.leash.recv(4096):
                pass
            guest.close()
        assert groups_in(ours) == []
    finally:
        parent.close()


@pytest.mark.jail
def test_gradings_leave_no_group(ours: Path, exercises: dict[str, Exercise]) -> None:
    with Grader(Settings(seed=0, jobs=2)) as grader:
        sources = [Submission("ada.py", RIGHT), Submission("bob.py", HANGS), Submission("ada.py", RIGHT)]
        reports = list(grader.grade_many(sources, exercises["double_it"]))
    assert [report.verdict for report in reports] == [Verdict.PASSED, Verdict.TIMED_OUT, Verdict.PASSED]
    assert groups_in(ours) == []


@pytest.mark.jail
def test_a_guest_that_cannot_enter_its_group_grades_nothing(
    ours: Path, exercises: dict[str, Exercise], monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_away(self: Groups, policy: Inner) -> Group:
        group = Group(self.folder / "gradgym-gone", deque())
        (self.folder / "gradgym-gone").rmdir()
        return group

    monkeypatch.setattr(Groups, "one", taken_away)
    with Grader(Settings(seed=0)) as grader:
        report = grader.grade(Submission("ada.py", RIGHT), exercises["double_it"])
    assert report.verdict is Verdict.NOT_GRADED
    assert "entering a cgroup" in report.message


def test_what_is_left_in_a_group_is_ended_with_it(folder: Path) -> None:
    groups = Groups(folder)
    group = groups.one(Inner())
    sleeps = ENTER.format(entry=group.entry) + "import time; time.sleep(60)"
    sleeper = subprocess.Popen([sys.executable, "-S", "-c", sleeps], pass_fds=[group.entry])
    try:
        deadline = time.monotonic() + 10
        while not (groups_in(folder)[0] / "cgroup.procs").read_text() and time.monotonic() < deadline:
            time.sleep(0.01)
        group.end()
        assert sleeper.wait(10) == -signal.SIGKILL
    finally:
        sleeper.kill()
        sleeper.wait()
        groups.close()
    assert groups_in(folder) == []


def test_the_groups_of_a_killed_grader_are_taken_away_and_those_of_others_stay(folder: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    (folder / f"gradgym-{ended.pid}-0").mkdir()
    (folder / f"gradgym-{os.getpid()}-x").mkdir()
    (folder / f"gradgym-{os.getppid()}-7").mkdir()
    Groups(folder)
    left = groups_in(folder)
    for path in left:
        path.rmdir()
    assert {path.name for path in left} == {f"gradgym-{os.getpid()}-x", f"gradgym-{os.getppid()}-7"}


# With control over memory and processes


def test_a_group_has_the_limits_of_the_policy(limited: Path) -> None:
    groups = Groups(limited)
    group = groups.one(Inner(memory_mb=100, tmp_mb=8, processes=5))
    (place,) = groups_in(limited)
    said = {name: (place / name).read_text().strip() for name in ("memory.max", "memory.oom.group", "pids.max")}
    group.end()
    assert said == {"memory.max": str((100 + 2 * 8 + 64) << 20), "memory.oom.group": "1", "pids.max": "5"}


FILLS_A_FILE = """
with open("/dev/shm/gradgym-tests-{pid}", "wb") as file:
    os.unlink(file.name)
    for _ in range(300):
        file.write(bytes(1 << 20))
"""
FORKS = """
started = 0
try:
    while started < 20:
        if os.fork() == 0:
            os.read(0, 1)
            os._exit(0)
        started += 1
except BlockingIOError:
    print(started)
"""


@pytest.mark.parametrize(
    ("code", "status", "said"), [(FILLS_A_FILE, -signal.SIGKILL, ""), (FORKS, 0, "4")], ids=["memory", "processes"]
)
def test_what_runs_in_a_group_is_limited(limited: Path, code: str, status: int, said: str) -> None:
    """Bytes in files of memory, too, which belong to no process."""
    groups = Groups(limited)
    group = groups.one(Inner(memory_mb=1, tmp_mb=1, processes=5))
    words = [sys.executable, "-S", "-c", ENTER.format(entry=group.entry) + code.replace("{pid}", str(os.getpid()))]
    try:
        done = subprocess.Popen(
            words, pass_fds=[group.entry], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, err = done.communicate(timeout=120)
    finally:
        group.end()
        groups.close()
    assert (done.returncode, out.decode().strip(), err) == (status, said, b"")
