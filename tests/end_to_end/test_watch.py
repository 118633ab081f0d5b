"""`gradgym watch` as a person uses it: a first answer, an edit, a second answer, Ctrl-C. Time limits are generous."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pexpect = pytest.importorskip("pexpect")

ENDS = "Ctrl-C ends"
Below = Callable[[int], list[int]]


def hears_ctrl_c() -> None:
    """Tests that were started in the background of a shell ignore the signal, and so would what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def terminal(ada: Path, environment: dict[str, str]) -> Iterator[Any]:
    """A terminal in ada's folder in which `gradgym watch blend` has been typed."""
    gradgym = str(Path(sys.executable).with_name("gradgym"))
    child = pexpect.spawn(
        gradgym,
        ["watch", "blend"],
        cwd=ada,
        env=environment,
        encoding="utf-8",
        timeout=120,
        dimensions=(60, 200),
        preexec_fn=hears_ctrl_c,
    )
    yield child
    child.close(force=True)


def test_watch_answers_again_after_an_edit_and_ends_by_ctrl_c(
    terminal: Any, stub: Path, right: str, wrong: str, processes_below: Below
) -> None:
    terminal.expect("0 of 2 public checks passed")
    terminal.expect(ENDS)
    started = set(processes_below(terminal.pid))
    assert started

    time.sleep(0.5)  # until the folder is watched
    stub.write_text(wrong)
    terminal.expect("1 of 2 public checks passed")
    terminal.expect(ENDS)
    save_as_editors_do(stub, right)
    terminal.expect("All 2 public checks passed")
    terminal.expect(ENDS)

    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert "Traceback" not in terminal.before
    assert (terminal.exitstatus, terminal.signalstatus) == (0, None)
    assert_gone(processes_below, started)


def test_watch_survives_a_file_that_python_can_not_read(terminal: Any, stub: Path, right: str) -> None:
    terminal.expect(ENDS)
    time.sleep(0.5)
    stub.write_text("def blend(:\n")
    terminal.expect("Python can't read the file")
    terminal.expect(ENDS)
    stub.unlink()
    time.sleep(0.5)
    stub.write_text(right)
    terminal.expect("All 2 public checks passed")


def test_ctrl_c_during_the_first_check_leaves_nothing_behind(terminal: Any, processes_below: Below) -> None:
    started = wait_for(processes_below, terminal.pid)
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert "Traceback" not in terminal.before
    assert_gone(processes_below, started)


def test_a_save_during_the_first_check_is_not_missed(
    terminal: Any, stub: Path, right: str, processes_below: Below
) -> None:
    wait_for(processes_below, terminal.pid)  # they start after the file was read
    stub.write_text(right)
    terminal.expect("0 of 2 public checks passed")
    terminal.expect("All 2 public checks passed")


def save_as_editors_do(path: Path, text: str) -> None:
    """Write a new file and put it in the old one's place."""
    beside = path.with_name("blend.py.swp")
    beside.write_text(text)
    os.replace(beside, path)


def wait_for(below: Below, pid: int) -> set[int]:
    """The processes that `pid` has started, once there are any."""
    deadline = time.monotonic() + 60
    while not (found := set(below(pid))):
        assert time.monotonic() < deadline, "watch started no process"
        time.sleep(0.02)
    return found


def assert_gone(below: Below, started: set[int]) -> None:
    deadline = time.monotonic() + 20
    while left := started & set(below(os.getpid())):  # orphans come to us
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.1)
