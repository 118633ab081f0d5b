"""A cgroup (version 2) for each guest, where this machine lets us make them. Never needed.

The kernel then counts for each guest what no watchdog sees (files in /tmp, pipes, tables of its own), and divides the
processors evenly among guests, however many processes one of them starts.

A group can be limited only in a folder that holds no processes itself. So this process has to stand in a group below
the one that was handed to it: docs/operating.md says how.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import time
from collections import deque
from pathlib import Path, PurePosixPath
from typing import Final

from grader.jail.policy import Inner

SETTING: Final = "GRADGYM_CGROUP"  # a folder below /sys/fs/cgroup in which groups may be made, or "off"
_CONTROLLERS: Final = ("memory", "pids", "cpu")
_NEEDED: Final = ("memory", "pids")
_KERNELS_OWN_MB: Final = 64  # what the kernel may hold for a guest beside its pages: tables, pipes, descriptors
_MOMENT: Final = 2.0  # seconds
_OURS = re.compile(r"gradgym-(\d+)-\d+\Z")
_number = itertools.count()


class NoGroups(Exception):
    """No groups can be made here. The message says why.

    asked_for: the operator has named a folder, so that going on without would be a quiet way around.
    """

    def __init__(self, message: str, *, asked_for: bool = False) -> None:
        super().__init__(message)
        self.asked_for = asked_for


class Group:
    """One guest's group. `entry` is the descriptor by which a process enters it: writing "0" there moves the writer.

    left: where it waits when it can't be taken away yet.
    """

    def __init__(self, folder: Path, left: deque[Group]) -> None:
        self._folder, self._left = folder, left
        folder.mkdir()
        try:
            self.entry = os.open(folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)
        except OSError:
            folder.rmdir()
            raise

    def set(self, name: str, value: int) -> None:
        (self._folder / name).write_text(str(value))

    def close_entry(self) -> None:
        """Once a guest holds the descriptor, or nobody will."""
        if self.entry >= 0:
            os.close(self.entry)
            self.entry = -1

    def end(self) -> None:
        """The guest has ended. What is left in its group is ended, and while that takes a moment the group waits."""
        self.close_entry()
        try:
            with contextlib.suppress(FileNotFoundError):
                self._folder.rmdir()
        except OSError:
            with contextlib.suppress(OSError):  # (kernels before 5.14 have no cgroup.kill)
                self.set("cgroup.kill", 1)
            self._left.append(self)


class Groups:
    """Makes groups in `folder`. Raises OSError where that can't be done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._left: deque[Group] = deque()  # (threads share it)
        self.controllers = _controllers(folder)
        for name in self.controllers:
            (folder / "cgroup.subtree_control").write_text(f"+{name}")
        _remove_strays(folder)

    def one(self, policy: Inner) -> Group:
        """A group with this policy's limits.

        They lie above the limits that speak in words (RLIMIT_DATA, the watchdog), for what only a group counts.
        """
        self._end_again()
        group = Group(self.folder / f"gradgym-{os.getpid()}-{next(_number)}", self._left)
        try:
            if "memory" in self.controllers and policy.memory_mb:
                most = policy.memory_mb + policy.tmp_mb * len(policy.scratch) + _KERNELS_OWN_MB
                group.set("memory.max", most << 20)
                group.set("memory.oom.group", 1)
                with contextlib.suppress(FileNotFoundError):  # a kernel without swap
                    group.set("memory.swap.max", 0)
            if "pids" in self.controllers and policy.processes:
                group.set("pids.max", policy.processes)
        except OSError:
            group.end()
            raise
        return group

    def close(self) -> None:
        """Take away what is left, once the parent of the guests has ended: the last of them may take a moment."""
        until = time.monotonic() + _MOMENT
        while self._left and time.monotonic() < until:
            self._end_again()
            if self._left:
                time.sleep(0.01)

    def _end_again(self) -> None:
        for _ in range(len(self._left)):
            with contextlib.suppress(IndexError):
                self._left.popleft().end()


def groups_here() -> Groups:
    """The groups that this process may make. Raises NoGroups."""
    named = os.environ.get(SETTING, "")
    if named == "off":
        raise NoGroups(f"switched off by {SETTING}")
    folder = Path(named) if named else _delegated()
    try:
        groups = Groups(folder)
    except OSError as refused:
        raise NoGroups(f"{folder} can't be used: {refused.strerror}", asked_for=bool(named)) from refused
    return groups


def _delegated() -> Path:
    """The folder above our own group, where it was handed to us. Raises NoGroups."""
    own = _own_folder()
    folder = own.parent
    if not (own / "cgroup.type").exists():  # the root of all groups: then we stand in none
        raise NoGroups("cgroup v2 is there, but this process stands in no group of its own")
    handed_over = all(os.access(folder / name, os.W_OK) for name in (".", "cgroup.procs", "cgroup.subtree_control"))
    if not handed_over or (os.getuid() == 0 and not _is_marked(folder)):
        raise NoGroups("cgroup v2 is there, but no group was handed to this process")
    missing = [name for name in _NEEDED if name not in _controllers(folder)]
    if missing:
        raise NoGroups(f"the group that was handed to this process has no control over {' and '.join(missing)}")
    if (folder / "cgroup.procs").read_text().strip():
        raise NoGroups("the group that was handed to this process holds processes itself: start them in one below it")
    return folder


def _own_folder() -> Path:
    try:
        mounts, groups = Path("/proc/self/mountinfo").read_text(), Path("/proc/self/cgroup").read_text()
    except OSError:
        mounts = groups = ""
    folder = folder_of(mounts, groups)
    if folder is None:
        raise NoGroups("no cgroup v2")
    if ".." in folder.parts or not (folder / "cgroup.procs").exists():
        raise NoGroups("cgroup v2 is there, but the group of this process can't be seen from here")
    return folder


def folder_of(mounts: str, groups: str) -> Path | None:
    """Where the group of a process is, by its mountinfo and its cgroup file (see `man 7 cgroups`). None without v2."""
    own = next((line[3:] for line in groups.splitlines() if line.startswith("0::/")), None)
    of_v2 = [line.split() for line in mounts.splitlines() if line.partition(" - ")[2].startswith("cgroup2 ")]
    if own is None or not of_v2:
        return None
    root, point = of_v2[0][3], Path(of_v2[0][4])
    inside = PurePosixPath(own)
    return point / (inside.relative_to(root) if inside.is_relative_to(root) else inside.relative_to("/"))


def _is_marked(folder: Path) -> bool:
    """Root may write everywhere. What was handed over is marked by systemd, or is the root that a container sees."""
    for name in ("trusted.delegate", "user.delegate"):
        with contextlib.suppress(OSError):
            if os.getxattr(folder, name) == b"1":
                return True
    return not (folder.parent / "cgroup.procs").exists() and (folder / "cgroup.type").exists()


def _controllers(folder: Path) -> tuple[str, ...]:
    there = (folder / "cgroup.controllers").read_text().split()
    return tuple(name for name in _CONTROLLERS if name in there)


def _remove_strays(folder: Path) -> None:
    """Empty groups of graders that were killed."""
    for path in folder.iterdir():
        found = _OURS.match(path.name)
        if found and not Path("/proc", found[1]).exists():
            with contextlib.suppress(OSError):
                path.rmdir()
