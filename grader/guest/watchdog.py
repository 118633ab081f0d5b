"""What the guest parent, whose /proc shows every guest, can tell of one: the memory it holds, the time it waited.

Resource limits count one process at a time; forty processes within their limits could still fill the machine. So a
watchdog adds up the resident memory of a guest and all that it started.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

_KB = 1024


@dataclass(frozen=True)
class Process:
    """One process as /proc shows it. `here` is its number in our own pid namespace, `folder` its name under /proc."""

    folder: str
    here: int
    resident: int


def overweight(guests: dict[int, int], shared: int) -> list[int]:
    """Those of `guests` (process number -> bytes allowed) that hold more than allowed, all their processes together.

    `shared` is what a fresh fork shares with the warm parent and owes nobody.
    """
    found = []
    for guest, members in _by_guest(set(guests)).items():
        if sum(member.resident for member in members) - shared <= guests[guest]:
            continue  # pages that are shared count more than once here, so this is never too little
        if sum(_proportional(member) for member in members) > guests[guest]:
            found.append(guest)
    return found


def waited(guest: int, *, walled: bool) -> float:
    """Seconds for which process `guest` was ready to run while the machine had no processor for it (0 if unknown)."""
    folders = [process.folder for process in _processes() if process.here == guest] if walled else [str(guest)]
    try:
        with open(f"/proc/{folders[0]}/schedstat") as schedule:
            return int(schedule.read().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def _by_guest(guests: set[int]) -> dict[int, list[Process]]:
    """The processes of each guest: those in its pid namespace, whoever their parent is now."""
    processes = list(_processes())
    names = {_namespace(process): process.here for process in processes if process.here in guests}
    members: dict[int, list[Process]] = defaultdict(list)
    for process in processes:
        guest = names.get(_namespace(process))
        if guest is not None:
            members[guest].append(process)
    return members


def _processes() -> Iterator[Process]:
    for folder in os.listdir("/proc"):
        if not folder.isdigit():
            continue
        facts = _facts(folder)
        numbers = facts.get("NSpid", "").split()
        if len(numbers) >= 3 and "VmRSS" in facts:  # in a namespace below ours
            yield Process(folder, int(numbers[1]), int(facts["VmRSS"].split()[0]) * _KB)


def _facts(folder: str) -> dict[str, str]:
    try:
        with open(f"/proc/{folder}/status") as status:
            return dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)
    except OSError:
        return {}  # it has just ended


def _namespace(process: Process) -> str:
    try:
        return os.readlink(f"/proc/{process.folder}/ns/pid")
    except OSError:
        return ""


def _proportional(process: Process) -> int:
    """Its share of the pages it holds, in bytes: a page shared by two counts half for each."""
    try:
        with open(f"/proc/{process.folder}/smaps_rollup") as rollup:
            return sum(int(line.split()[1]) * _KB for line in rollup if line.startswith("Pss:"))
    except OSError:
        return 0
