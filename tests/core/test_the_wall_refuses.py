"""The wall, layer by layer, tried from the inside by a student's file in a real guest."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from grader.jail.outer import outer_policy, scratch_folder

pytestmark = pytest.mark.jail

SCRATCH = scratch_folder(outer_policy())

TRY = """
SCRATCH = __import__("os").environ["TMPDIR"]
import os, socket, sys, ctypes, resource

def tried(action):
    try:
        return "did: " + str(action())[:200]
    except BaseException as error:
        return "refused: " + type(error).__name__

def read(path): return tried(lambda: open(path).read())
def write(path): return tried(lambda: open(path, "w").write("x"))
def listing(path): return tried(lambda: sorted(os.listdir(path)))
def connect(port): return tried(lambda: socket.create_connection(("127.0.0.1", port), 2))
def unix(): return tried(lambda: socket.socket(socket.AF_UNIX))
def kill(pid): return tried(lambda: os.kill(pid, 0))
def become_root(): return tried(lambda: os.setuid(0))
def namespaces(): return ctypes.CDLL(None, use_errno=True).unshare(0x10000000)
def mount(): return ctypes.CDLL(None, use_errno=True).mount(b"tmpfs", SCRATCH.encode(), b"tmpfs", 0, None)
def environment(): return sorted(os.environ)
def facts(): return os.getpid(), os.getuid(), os.getppid()
def capabilities():
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capget(header, data) == 0
    return list(data)
def descriptors():
    found = []
    for fd in range(1024):
        try:
            os.fstat(fd)
            found.append(fd)
        except OSError:
            continue
    return found
def modules(): return sorted(name for name in sys.modules if name.startswith(("grader", "_pytest", "pytest")))
def leave(name): return tried(lambda: open(name, "w").write("here"))
def big_file(mb): return tried(lambda: open(SCRATCH + "/big", "wb").write(b"x" * (mb << 20)))
def many_files(n): return tried(lambda: len([open(SCRATCH + "/f", "w") for _ in range(n)]))
def memory(mb): return tried(lambda: len(bytearray(mb << 20)))
def children(n):
    started = 0
    try:
        for _ in range(n):
            if os.fork() == 0:
                import time
                time.sleep(3)
                os._exit(0)
            started += 1
    except OSError as error:
        return started, type(error).__name__
    return started, ""
"""


@pytest.fixture
def m(inside: Any) -> Any:
    return inside.load(TRY)


def test_host_files_cannot_be_read(m: Any, tmp_path: Path) -> None:
    secret = tmp_path / "test_hidden.py"
    secret.write_text("expected = 42")
    course = Path(__file__).resolve().parents[2]
    for path in (secret, course / "solutions", "/etc/passwd", "/etc/shadow", course / "pyproject.toml", "/var"):
        assert m.read(str(path)).startswith("refused"), path
    for folder in ("/home", "/root", str(tmp_path), "/opt", str(course / "exercises")):
        assert m.listing(folder).startswith("refused") or "secret" not in m.listing(folder)


def test_nothing_but_tmp_can_be_written(m: Any) -> None:
    for path in ("/usr/x", "/x", "/gradgym/x", "/gradgym/grader/wire/values.py", "/dev/x", "/proc/x", "/etc/x"):
        assert m.write(path).startswith("refused"), path
    assert m.write(f"{SCRATCH}/x").startswith("did")
    assert m.write("/dev/shm/x").startswith("did")


def test_proc_is_empty_and_no_other_process_is_seen(m: Any) -> None:
    assert m.listing("/proc") == "did: []"
    pid, uid, parent = m.facts()
    assert (pid, parent) == (1, 0)
    assert uid != 0
    assert m.kill(os.getpid()).startswith("refused") or os.getpid() == 1
    assert m.kill(2).startswith("refused")


def test_the_environment_of_the_host_is_not_there(m: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names = m.environment()
    assert not {"GRADGYM_SECRET", "USER", "LOGNAME", "SHELL", "PYTEST_CURRENT_TEST"} & set(names)


def test_no_connection_is_made_and_no_socket_opened(m: Any, listening: int) -> None:
    with socket.create_connection(("127.0.0.1", listening), 2):
        assert m.connect(listening).startswith("refused")
    assert m.unix().startswith("refused")


def test_no_rights_are_held_or_gained(m: Any) -> None:
    assert m.capabilities() == [0] * 6
    assert m.become_root().startswith("refused")
    assert m.namespaces() == -1
    assert m.mount() == -1


def test_four_descriptors_are_open_and_nothing_of_the_checks_is_in_memory(m: Any) -> None:
    assert m.descriptors() == [0, 1, 2, 3]
    names = m.modules()
    assert not [name for name in names if not name.startswith(("grader.wire", "grader.guest")) and name != "grader"]


def test_sizes_and_counts_have_limits(m: Any) -> None:
    assert m.big_file(64).startswith("refused")
    assert m.many_files(200).startswith("refused")
    started, error = m.children(200)
    assert started < 100
    assert error == "BlockingIOError"


def test_memory_has_a_limit(behind_the_wall: Any) -> None:
    with behind_the_wall(memory_mb=256) as far:
        m = far.load(TRY)
        assert m.memory(64).startswith("did")
        assert m.memory(1024) == "refused: MemoryError"


def test_siblings_and_successors_see_nothing_of_each_other(behind_the_wall: Any) -> None:
    with behind_the_wall() as first, behind_the_wall() as second:
        ada, bob = first.load(TRY), second.load(TRY)
        for name in (f"{SCRATCH}/answer", "/dev/shm/answer"):
            assert ada.leave(name).startswith("did")
            assert bob.read(name) == "refused: FileNotFoundError"
    with behind_the_wall() as third:
        assert third.load(TRY).read(f"{SCRATCH}/answer") == "refused: FileNotFoundError"
