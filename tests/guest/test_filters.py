"""The system-call filter and the watchdog, without a jail around them: each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from grader.guest import watchdog
from grader.guest.watchdog import Process, overweight

linux = pytest.mark.skipif(sys.platform != "linux", reason="system-call filters are Linux's")


def alone(program: str) -> Any:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@linux
def test_a_filter_refuses_for_good_and_is_inherited() -> None:
    found = alone(
        """
import json, os, socket
from grader.guest.syscalls import compile_filters, install

def tried():
    try:
        socket.socket().close()
        return "allowed"
    except PermissionError:
        return "refused"

before, programs = tried(), compile_filters()
between = tried()
install(programs)
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, tried().encode())
    os._exit(0)
os.wait()
print(json.dumps([before, between, tried(), os.read(read, 100).decode()]))
"""
    )
    assert found == ["allowed", "allowed", "refused", "refused"]


@linux
def test_compiling_happens_once_and_installing_is_quick() -> None:
    found = alone(
        """
import json, time
from grader.guest.syscalls import compile_filters, install
programs = compile_filters()
began = time.perf_counter()
install(programs)
print(json.dumps({"seconds": time.perf_counter() - began, "bytes": [len(program) for program in programs]}))
"""
    )
    assert found["seconds"] < 0.25
    assert all(size % 8 == 0 and size for size in found["bytes"])


@linux
def test_a_filter_that_cannot_be_installed_is_an_error() -> None:
    found = alone(
        """
import json
from grader.guest.enter import WallError
from grader.guest.syscalls import install
try:
    install([b"\\xff" * 8])
    print(json.dumps("installed"))
except WallError as error:
    print(json.dumps(str(error)))
"""
    )
    assert found.startswith("the system-call filter: ")


def members(*resident: int, guest: int = 10) -> list[Process]:
    first, *rest = resident
    below = [
        Process(folder=str(at), parent="0", here=guest + at, resident=size, own=size) for at, size in enumerate(rest, 1)
    ]
    return [Process(folder="0", parent="", here=guest, resident=first), *below]


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Made-up processes of guest 10: `members` with their `shares` of the pages they hold."""
    world: dict[str, Any] = {"members": [], "shares": {}}
    monkeypatch.setattr(watchdog, "_processes", lambda: iter(world["members"]))
    monkeypatch.setattr(watchdog, "_proportional", lambda process: world["shares"][process.folder])
    return world


def test_a_guest_within_its_limit_is_left_alone(processes: dict[str, Any]) -> None:
    processes["members"], processes["shares"] = members(150), {"0": 150}
    assert overweight({10: 100}, shared=60) == []  # 60 of them are the warm parent's


def test_many_processes_count_together(processes: dict[str, Any]) -> None:
    processes["members"], processes["shares"] = members(90, 90, 90), {"0": 60, "1": 60, "2": 60}
    assert overweight({10: 160}, shared=30) == []
    assert overweight({10: 100}, shared=30) == [10]


def test_pages_that_are_shared_are_not_counted_twice(processes: dict[str, Any]) -> None:
    """Twenty forks of a warm process look large and are small."""
    processes["members"] = members(*[300] * 20)
    processes["shares"] = {str(index): 2 for index in range(20)}
    assert overweight({10: 100}, shared=300) == []


def test_a_process_that_hides_its_maps_is_charged_what_it_holds(processes: dict[str, Any]) -> None:
    processes["members"], processes["shares"] = members(50, 250, 250), {"0": 30, "1": None, "2": None}
    assert overweight({10: 300}, shared=40, shared_own=30) == [10]
    assert overweight({10: 460}, shared=40, shared_own=30) == []


def test_guests_without_processes_are_no_trouble(processes: dict[str, Any]) -> None:
    assert overweight({10: 100, 11: 100}, shared=0) == []


@linux
def test_the_watchdog_reads_this_machines_proc() -> None:
    """Processes of this very namespace are nobody's guests."""
    assert overweight({os.getpid(): 1}, shared=0) == []
