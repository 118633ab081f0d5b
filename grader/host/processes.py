"""The two warm parents as the host sees them: started, asked, ended. No torch and no student code in this process.

A parent is killed by the kernel when the *thread* that started it ends: start parents in a thread that outlives them.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

import msgspec

from grader.host.task import Task
from grader.jail.cgroup import SETTING, Group, Groups, NoGroups, groups_here
from grader.jail.outer import NoWall, command, find_bwrap, outer_policy, parent_command, scratch_folder
from grader.jail.policy import Inner
from grader.wire.control import Control

_START_SECONDS = 120.0
_QUIET = {
    "OMP_NUM_THREADS": "1",  # one thread: only then is forking safe
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # huge pages: a warm process forks in a quarter of the time
    "PYTHONMALLOC": "malloc",
}
# A backward pass looks for GPUs and starts a thread for each, and after that no fork can do another: a process that
# works on the CPU and forks must see none.
_NO_GPU = {"CUDA_VISIBLE_DEVICES": ""}


class ProcessTrouble(Exception):
    """A process of ours did not start or did not answer. The message says which and why."""


@dataclass
class Guest:
    """A guest as the host holds it: the other end of its wire (for the examiner), output pipes, leash, cgroup."""

    wire: socket.socket
    out: int
    err: int
    leash: socket.socket
    group: Group | None = None

    def pull_leash(self) -> None:
        """Have the guest killed with everything it started."""
        with contextlib.suppress(OSError):
            self.leash.send(b"k")

    def ask_how_long_it_waited(self) -> None:
        """Have the leash say for how many seconds the guest could have run, and had no processor."""
        with contextlib.suppress(OSError):
            self.leash.send(b"w")

    def close(self) -> None:
        """Close this side. (A guest that loses its leash ends.)"""
        self.wire.close()
        self.leash.close()
        os.close(self.out)
        os.close(self.err)
        if self.group:
            self.group.end()


class _Process:
    """A process with a control line: a child of ours, or of the nursery where there is one."""

    def __init__(
        self, words: Sequence[str], fd_place: str, environment: dict[str, str], nursery: Nursery | None = None
    ) -> None:
        ours, theirs = socket.socketpair()
        self.control = Control(ours)
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        fd = theirs.fileno()
        self._process: subprocess.Popen[bytes] | _Forked
        try:
            if nursery is not None:
                self._process = nursery.fork(fd, self._said.fileno())
            else:
                self._process = subprocess.Popen(
                    [word.replace(fd_place, str(fd)) for word in words],
                    pass_fds=[fd],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._said,
                    env=environment,
                )
        except BaseException:
            self.control.close()
            self._said.close()
            raise
        finally:
            theirs.close()
        self.lock = threading.Lock()

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def usable(self) -> bool:
        """Alive, with its control line open. (A large process closes its line a while before it has ended.)"""
        return self.alive() and not self.control.is_closed()

    def first_answer(self, what: str) -> dict[str, Any]:
        """Wait until the process says that it is ready. Raises ProcessTrouble."""
        ready, _, _ = select.select([self.control], [], [], _START_SECONDS)
        answer = self.control.receive() if ready else None
        if answer is None or "failed" in answer[0]:
            said = answer[0]["failed"] if answer else self._last_words() or "it said nothing"
            self.close()
            raise ProcessTrouble(f"{what} did not start: {said}")
        return answer[0]

    def close(self) -> None:
        self.control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()

    def _was_killed(self) -> bool:
        """Whether a signal that nothing can refuse has ended it, or (as bwrap says) what runs inside it."""
        return getattr(self._process, "returncode", 0) in (-signal.SIGKILL, 128 + signal.SIGKILL)

    def _last_words(self) -> str:
        self._said.seek(0)
        return self._said.read()[-2000:].decode("utf-8", "replace").strip()


class _Forked:
    """A process that the nursery has forked, and reaps, with the few methods of Popen that are needed."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """0 when it has ended. (Where the nursery ended first, nobody may be there to reap it.)"""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return 0 if _is_zombie(self.pid) else None

    def wait(self, timeout: float = _START_SECONDS) -> int:
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.002)
        return 0

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def _is_zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] == b"Z"
    except (OSError, IndexError):
        return False  # a system without /proc, or it has gone this moment


class Nursery(_Process):
    """The process with torch and pytest that becomes an examiner parent for each of many exercises, by forks."""

    def __init__(self) -> None:
        super().__init__([sys.executable, "-m", "grader.host.nursery", "@FD@"], "@FD@", {**os.environ, **_QUIET})
        self.first_answer("the process that forks examiners")

    def fork(self, line: int, said: int) -> _Forked:
        """A new process with this control line that writes its last words to `said`. Raises ProcessTrouble."""
        try:
            with self.lock:
                self.control.send({"fork": True}, [line, said])
                answer = self.control.receive()
        except OSError:
            answer = None
        if answer is None:
            raise ProcessTrouble("the process that forks examiners is gone")
        return _Forked(answer[0]["pid"])


class GuestParent(_Process):
    """The warm process that forks guests, in the outer jail unless `walled` is False."""

    def __init__(self, *, walled: bool, device: str = "cpu", packages: Sequence[str] = (), spares: int = 1) -> None:
        words = parent_command("@FD@", packages, walled=walled, device=device, spares=spares)
        environment = {**os.environ, **_QUIET, **(_NO_GPU if device == "cpu" else {})}
        self._tmp = "/tmp"
        if walled:
            outer = outer_policy(device)
            self._tmp = scratch_folder(outer)
            words = command(outer, find_bwrap(), words)
            environment = {}
        self._groups = _groups() if walled else None
        super().__init__(words, "@FD@", environment)
        self._walled = walled

    def ready(self) -> None:
        """Raises NoWall when this machine refuses a part of the wall."""
        try:
            self.first_answer("the jail")
        except ProcessTrouble as trouble:
            if self._walled:
                raise NoWall(str(trouble), may_pass=self._was_killed()) from trouble
            raise

    def spawn(self, policy: Inner) -> Guest:
        """Fork a guest, in a cgroup of its own where there are any. It says "!" on its wire when its wall is up."""
        group = self._new_group(policy)
        wire, their_wire = socket.socketpair()
        leash, their_leash = socket.socketpair()
        out, their_out = os.pipe()
        err, their_err = os.pipe()
        guest = Guest(wire, out, err, leash, group)
        try:
            with self.lock:
                scratch = [self._tmp if folder == "/tmp" else folder for folder in policy.scratch]
                data = {**policy.as_data(), "scratch": scratch}
                entry = [group.entry] if group else []
                self.control.send(data, [their_leash.fileno(), their_wire.fileno(), their_out, their_err, *entry])
        except OSError as gone:
            guest.close()
            raise ProcessTrouble("the process that forks guests is gone") from gone
        finally:
            their_wire.close()
            their_leash.close()
            os.close(their_out)
            os.close(their_err)
            if group:
                group.close_entry()
        return guest

    def _new_group(self, policy: Inner) -> Group | None:
        try:
            return self._groups.one(policy) if self._groups else None
        except OSError as refused:
            raise ProcessTrouble(f"no cgroup could be made for a guest: {refused.strerror}") from refused

    def close(self) -> None:
        super().close()
        if self._groups:
            self._groups.close()


def _groups() -> Groups | None:
    """Raises NoWall where the operator has asked for groups that can't be had."""
    try:
        return groups_here()
    except NoGroups as none:
        if none.asked_for:
            raise NoWall(f"{SETTING}: {none}") from none
        return None


class ExaminerProcess(_Process):
    """The process with pytest and one exercise's checks. `checks` describes them once `ready` has returned."""

    def __init__(self, task: Task, packages: Sequence[str], nursery: Nursery | None = None) -> None:
        words = [sys.executable, "-m", "grader.host.examiner", "@FD@"]
        super().__init__(words, "@FD@", {**os.environ, **_QUIET, **_NO_GPU}, nursery)
        self.control.send({"task": msgspec.to_builtins(task), "packages": list(packages)})
        self.checks: list[dict[str, Any]] = []
        self.troubles: list[str] = []
        self.programs: list[dict[str, str]] = []
        self.unusable: list[str] = []
        self.torch = ""

    def ready(self) -> None:
        answer = self.first_answer("the examiner")
        self.checks, self.programs = answer["ready"], answer["programs"]
        self.troubles, self.torch, self.unusable = answer["troubles"], answer["torch"], answer["unusable"]

    def examine(self, job: dict[str, Any]) -> Control:
        """Fork an examiner for this job; the returned line is the conversation with it."""
        ours, theirs = socket.socketpair()
        try:
            with self.lock:
                self.control.send(job, [theirs.fileno()])
        except OSError as gone:
            ours.close()
            raise ProcessTrouble("the examiner is gone") from gone
        finally:
            theirs.close()
        return Control(ours)
