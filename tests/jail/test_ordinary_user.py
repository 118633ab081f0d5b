"""The wall as an ordinary user's host puts it up: with a user namespace more, in which the guest is who started it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.model import Exercise
from grader.jail import outer
from grader.report import Report, Verdict

pytestmark = pytest.mark.jail

Look = Callable[..., Any]


@pytest.fixture(scope="module")
def ordinary(exercises: dict[str, Exercise]) -> Iterator[Grader]:
    """A grader whose outer wall is an ordinary user's, also where these tests run as root."""
    with Grader(Settings(seed=0)) as grader, pytest.MonkeyPatch.context() as patch:
        patch.setattr(outer.os, "getuid", lambda: os.geteuid() or 1000)
        grader.warm(exercises["double_it"])
        patch.undo()
        yield grader


@pytest.fixture
def look(
    ordinary: Grader,
    exercises: dict[str, Exercise],
    looking: Callable[[str], str],
    found_in: Callable[[Report], Any],
) -> Look:
    def looked(program: str) -> Any:
        report = ordinary.grade(Submission("mallory.py", looking(program).encode()), exercises["double_it"])
        assert report.verdict is Verdict.PASSED, report
        return found_in(report)

    return looked


def test_a_right_answer_passes(look: Look) -> None:
    assert look("def look():\n    return 'fine'") == "fine"


def test_a_guest_is_nobody_without_any_capability(look: Look) -> None:
    found = look(
        """
def look():
    libc = ctypes.CDLL(None, use_errno=True)
    head, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capget(head, data)
    return {"ids": [*os.getresuid()], "capabilities": list(data), "pid": os.getpid(), "proc": os.listdir("/proc"),
            "to root": tried(os.setuid, 0), "namespace": str(libc.unshare(0x10000000)), "socket": tried(socket.socket)}
"""
    )
    assert found.pop("to root").startswith("refused")
    assert found.pop("socket").startswith("refused")
    assert found == {"ids": [65534] * 3, "capabilities": [0] * 6, "pid": 1, "proc": [], "namespace": "-1"}


WRITE = """
def look():
    written = []
    for folder, folders, files in os.walk("/"):
        if folder in ("/tmp", "/dev/shm"):
            folders[:] = []
            continue
        if folder.count("/") >= 4:
            folders[:] = []
        path = os.path.join(folder, "here")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            written.append(path)
        except OSError:
            pass
    for path in written:
        os.unlink(path)
    return written
"""


def test_nothing_can_be_written_outside_the_scratch_folders(look: Look) -> None:
    assert look(WRITE) == []


def test_the_next_submission_finds_nothing_of_the_one_before(look: Look) -> None:
    """Neither a note nor a module: /gradgym is on the path of every guest of this parent."""
    note = """
def look():
    for path, text in (("/dev/note", "42"), ("/gradgym/chunk.py", "answer = 42")):
        try:
            with open(path, "w") as file:
                file.write(text)
        except OSError:
            pass
"""
    look(note)
    found = look(
        """
def look():
    try:
        import importlib
        module = importlib.import_module("chunk").__file__
    except ImportError:
        module = None
    found = {"note": os.path.exists("/dev/note"), "module": module}
    for path in ("/dev/note", "/gradgym/chunk.py"):
        try:
            os.unlink(path)
        except OSError:
            pass
    return found
"""
    )
    assert found["note"] is False
    assert found["module"] is None or not found["module"].startswith("/gradgym")
