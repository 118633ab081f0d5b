"""What the guest parent, whose /proc shows every guest, can tell of one: the memory it holds, the time it waited.

Resource limits count one process at a time; forty processes within their limits could still fill the machine. So a
watchdog adds up the resident memory of a guest and all that it started.
"""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

_KB = 1024


@dataclass(frozen=True)
class Process:
    """One process as /proc shows it. `here` is its number in our own pid namespace, `folder` its name under /proc.

    In bytes: `resident` counts its pages and the `tables` of its pages, `own` only the pages of no file.
    """

    folder: str
    parent: str
    here: int
    resident: int
    tables: int = 0
    own: int = 0


def overweight(guests: dict[int, int], shared: int, shared_own: int = 0) -> list[int]:
    """Those of `guests` (process number -> bytes allowed) that hold more than allowed, all their processes together.

    `shared` is what a fresh fork shares with the warm parent and owes nobody; `shared_own` is so much of it as belongs
    to no file.
    """
    found = []
    for guest, members in _by_guest(set(guests)).items():
        if sum(member.resident for member in members) - shared <= guests[guest]:
            continue  # pages that are shared count more than once here, so this is never too little
        if _held(members, shared, shared_own) > guests[guest]:
            found.append(guest)
    return found


def _held(members: list[Process], shared: int, shared_own: int) -> int:
    """What these processes hold of their own, in bytes.

    Where a process shows its maps: its share of all pages, without what it still shares with the warm parent. Where it
    hides them: all that it holds, beyond what a fresh fork holds.
    """
    shares = [_proportional(member) for member in members]
    shown = [share for share in shares if share is not None]
    hidden = sum(max(0, one.own - shared_own) for one, share in zip(members, shares, strict=True) if share is None)
    return sum(shown) - shared * len(shown) // (len(shown) + 1) + hidden


def waited(guest: int, *, walled: bool) -> float:
    """Seconds for which process `guest` was ready to run while the machine had no processor for it (0 if unknown)."""
    folders = [process.folder for process in _processes() if process.here == guest] if walled else [str(guest)]
    try:
        with open(f"/proc/{folders[0]}/schedstat") as schedule:
            return int(schedule.read().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def _by_guest(guests: set[int]) -> dict[int, list[Process]]:
    """The processes of each guest: itself and all below it. (Orphans become children of process 1, the guest.)"""
    processes = {process.folder: process for process in _processes()}
    members: dict[int, list[Process]] = defaultdict(list)
    for process in processes.values():
        above: Process | None = process
        while above is not None and above.here not in guests:
            above = processes.get(above.parent)
        if above is not None:
            members[above.here].append(process)
    return members


def _processes() -> Iterator[Process]:
    for folder in os.listdir("/proc"):
        if not folder.isdigit():
            continue
        facts = _facts(f"/proc/{folder}/status")
        numbers = facts.get("NSpid", "").split()
        if len(numbers) >= 3:  # in a namespace below ours
            pages, tables, anonymous, shared = _sizes(folder, facts)
            own = anonymous + shared + tables
            yield Process(folder, facts.get("PPid", ""), int(numbers[1]), pages + tables, tables, own)


def _sizes(folder: str, facts: dict[str, str]) -> list[int]:
    """In bytes: pages, page tables, pages of no file, shared pages.

    A process whose first thread has ended shows them only with its other threads.
    """
    if "VmRSS" not in facts:
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{folder}/task"):
                facts = _facts(f"/proc/{folder}/task/{thread}/status")
                if "VmRSS" in facts:
                    break
    names = ("VmRSS", "VmPTE", "RssAnon", "RssShmem")
    return [int(facts.get(name, "0").split()[0]) * _KB for name in names]


def _facts(path: str) -> dict[str, str]:
    try:
        with open(path, errors="replace") as status:  # a process may give itself any name
            return dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)
    except OSError:
        return {}  # it has just ended


def _proportional(process: Process) -> int | None:
    """Its share of the pages it holds, in bytes: a page shared by two counts half for each. None if it hides them."""
    try:
        with open(f"/proc/{process.folder}/smaps_rollup") as rollup:
            shares = [int(line.split()[1]) * _KB for line in rollup if line.startswith("Pss:")]
    except OSError:
        return None
    return sum(shares) + process.tables if shares else None
