"""A process that is forked again and again: its fork, and how its memory is left for its forks."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grader.guest import fork as fork_module

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems fork as Python does")


def run(code: str) -> list[str]:
    """The lines that this code prints in a process of its own (a forking process has one thread only)."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


CHILD = """
import logging, os, random, signal, sys, tempfile, threading
from grader.guest.fork import fork

signal.signal(signal.SIGCHLD, lambda *_: None)
random.seed(1)
child = fork()
if child == 0:
    said = []
    thread = threading.Thread(target=lambda: said.append("a thread ran"))
    thread.start()
    thread.join()
    logging.getLogger("child").warning("logged")
    with tempfile.TemporaryDirectory():
        said.append("a folder was made")
    grandchild = os.fork()
    if grandchild == 0:
        os._exit(5)
    said.append(f"a child of its own ended with {os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1])}")
    said.append(f"{threading.main_thread() is threading.current_thread()} {os.getppid() == int(os.environ['PARENT'])}")
    print(*said, sep="\\n", flush=True)
    os._exit(7)
print("ended with", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@linux_only
def test_the_child_is_a_whole_python() -> None:
    code = CHILD.replace("random.seed(1)", "random.seed(1)\nos.environ['PARENT'] = str(os.getpid())")
    assert run(code) == [
        "a thread ran",
        "a folder was made",
        "a child of its own ended with 5",
        "True True",
        "ended with 7",
    ]


@linux_only
def test_a_fork_that_is_refused_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        @staticmethod
        def fork() -> int:
            return -1

    monkeypatch.setattr(fork_module, "_libc", Refusing)
    with pytest.raises(OSError, match="can't fork"):
        fork_module.fork()


SETTLED = """
import ctypes
from grader.guest import pages

kept = [bytes([number % 251]) * (16 + number % 900) for number in range(40_000)]
del kept[::2]  # twenty thousand holes
libc = ctypes.CDLL(None)


def in_holes():
    libc.mallinfo2.restype = pages._Use
    use = libc.mallinfo2()
    return use.fordblks - use.keepcost


before = in_holes()
pages.settle()
print(before > 1_000_000, in_holes() < before / 10)
print(all(set(data) == {data[0]} for data in kept))
"""


@linux_only
def test_a_settled_process_has_no_holes_and_all_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONMALLOC", "malloc")  # as the warm processes are started
    assert run(SETTLED) == ["True True", "True"]


def test_settling_changes_nothing_where_the_c_library_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("from grader.guest import pages\npages._libc = object()\npages.settle()\nprint('well')") == ["well"]
