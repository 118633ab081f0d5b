"""The guest parent: a warm process that forks one guest for each submission, and ends it when the host says so.

It knows nothing of any exercise and never runs student code. For each guest the host hands over a *leash* (when the
host writes to it or closes it, the guest is killed with everything it started; when the guest ends, its exit and its
use of resources are written there) and what is the guest's: the wire, stdout, stderr, and the way into its cgroup where
guests have them.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from typing import Any

from grader.guest.enter import (
    WALL_FAILED,
    PidNamespaces,
    become_nobody,
    die_with_parent,
    enter,
    join,
    keep_only,
    limit,
    own_pid_namespace,
)
from grader.guest.fork import fork
from grader.guest.pages import settle
from grader.guest.syscalls import compile_filters, install
from grader.guest.watchdog import overweight, waited
from grader.wire.control import Control

_WATCH_SECONDS = 0.1


@dataclass
class Guest:
    """One guest. `cpu_before` and `waited_before` are seconds that passed before it was anybody's: not its own."""

    pid: int
    leash: socket.socket
    memory: int  # bytes that it and all it starts may hold together; 0: no limit
    overweight: bool = False
    cpu_before: float = 0.0
    waited_before: float = 0.0


class Parent:
    """Serves spawn requests from the host until the control line closes."""

    def __init__(self, control: Control, *, walled: bool) -> None:
        self._control = control
        self._walled = walled
        self._namespaces = PidNamespaces() if walled else None
        self._selector = selectors.DefaultSelector()
        self._guests: dict[int, Guest] = {}
        self._filters = compile_filters() if walled else []
        self._data_in_use, self._resident, self._own = size("VmData"), size("VmRSS"), size("RssAnon")
        self._watched = 0.0
        self._wake, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake)

    def serve(self) -> None:
        self._selector.register(self._control, selectors.EVENT_READ, "control")
        self._selector.register(self._wake, selectors.EVENT_READ, "child")
        while True:
            for key, _ in self._selector.select(_WATCH_SECONDS if self._guests and self._walled else None):
                if key.data == "control":
                    request = self._control.receive()
                    if request is None:
                        return self._end()
                    self._spawn(*request)
                elif key.data == "child":
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._wake, 4096)
                    self._reap()
                else:
                    self._hear(key.data)
            self._watch()

    def _hear(self, guest: Any) -> None:
        """The host asks how long a guest has waited for a processor ("w"), or wants its end (anything else)."""
        with contextlib.suppress(OSError):
            if guest.leash.recv(1) == b"w":
                said = {"waited": waited(guest.pid, walled=self._walled) - guest.waited_before}
                guest.leash.sendall(json.dumps(said).encode() + b"\n")
                return
        self._kill(guest)

    def _watch(self) -> None:
        """Every so often: end the guests that hold too much memory."""
        now = time.monotonic()
        if not self._walled or not self._guests or now - self._watched < _WATCH_SECONDS:
            return
        self._watched = now
        allowed = {guest.pid: guest.memory for guest in self._guests.values() if guest.memory and not guest.overweight}
        for pid in overweight(allowed, self._resident, self._own) if allowed else ():
            self._guests[pid].overweight = True
            self._kill(self._guests[pid])

    def _spawn(self, policy: dict[str, Any], fds: list[int]) -> None:
        leash, *its = fds
        pid = self._fork()
        if pid == 0:
            _guest_main(policy, its, self._filters, walled=self._walled, data_in_use=self._data_in_use)
        for fd in its:
            os.close(fd)
        self._add(Guest(pid, socket.socket(fileno=leash), int(policy["memory_mb"]) << 20))

    def _fork(self) -> int:
        return self._namespaces.fork() if self._namespaces else fork()

    def _add(self, guest: Guest) -> None:
        self._guests[guest.pid] = guest
        self._selector.register(guest.leash, selectors.EVENT_READ, guest)

    def _kill(self, guest: Guest) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(guest.leash)
        self._kill_all_of(guest.pid)

    def _kill_all_of(self, pid: int) -> None:
        """End a process and what it started. Killing process 1 of a pid namespace ends all of it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._walled:
                os.kill(pid, signal.SIGKILL)
            else:
                os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            guest = self._guests.pop(pid, None)
            if guest is None:
                self._lost(pid)
                continue
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if not self._walled:
                    os.killpg(pid, signal.SIGKILL)
            ended = {
                "exit": os.waitstatus_to_exitcode(status),
                "cpu_seconds": usage.ru_utime + usage.ru_stime - guest.cpu_before,
                "peak_kb": usage.ru_maxrss,
                "overweight": guest.overweight,
            }
            self._tell_end(guest.leash, ended)

    def _tell_end(self, leash: socket.socket, ended: dict[str, Any]) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(leash)
        with contextlib.suppress(OSError):
            leash.sendall(json.dumps(ended).encode() + b"\n")
        leash.close()

    def _lost(self, pid: int) -> None:
        """A child has ended that was no guest."""

    def _end(self) -> None:
        for guest in list(self._guests.values()):
            self._kill(guest)


def _guest_main(
    policy: dict[str, Any], fds: list[int], filters: list[bytes], *, walled: bool, data_in_use: int
) -> None:
    """In the forked child: keep four descriptors, build the wall, answer the wire, end."""
    status = WALL_FAILED
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with_parent()
        os.setsid()  # signals to its process group reach nobody else
        wire, out, err, *group = fds
        keep_only(out, err, wire, *group)
        join(range(4, 4 + len(group)))
        sock = socket.socket(fileno=3)
        if walled:
            enter(policy)
        limit(policy, data_in_use)
        install(filters)
        status = 1
        sock.sendall(b"!")
        from grader.guest.serve import serve

        serve(sock)
        status = 0
    except BaseException:
        if status == WALL_FAILED:  # once the wall is up, this is what the student reads
            traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def size(name: str) -> int:
    """One of this process's sizes in bytes (0 where the system doesn't say)."""
    try:
        with open("/proc/self/status") as status:
            sizes = {line.split(":")[0]: line.split()[1] for line in status if line.startswith(("Vm", "Rss"))}
        return int(sizes[name]) * 1024
    except (OSError, KeyError):
        return 0


def _warm(packages: list[str], *, walled: bool, device: str) -> dict[str, str]:
    """Import what guests will need, once, before they are forked.

    For a device other than the cpu nothing may be done here that looks for one (a backward pass does, and so does an
    optimizer's step): what is begun in this process doesn't survive a fork.
    """
    import torch

    import grader.guest.serve  # noqa: F401
    from grader.guest.forbidden import with_submodules
    from grader.guest.rehearsal import rehearse

    torch.set_num_threads(1)
    for name in ("nn", "nn.functional", "optim", "autograd", "func", "utils.data", "special"):
        with_submodules(f"torch.{name}")
    if device == "cpu":
        first_steps(packages, walled=walled)
    rehearse()
    return {"torch": torch.__version__, "python": sys.version.split()[0]}


def first_steps(packages: list[str], *, walled: bool) -> None:
    """What imports much when it is done for the first time."""
    import torch

    parameter = torch.ones(2, requires_grad=True)
    torch.autograd.backward((parameter * 2).sum())
    if "optim" in packages:  # the first step of any optimizer imports much
        torch.optim.SGD([parameter], lr=0.1).step()
    if walled:  # a student's own check should begin at once; a grader should not charge these imports to a submission
        torch.unravel_index(torch.tensor(1), (2, 2))
        torch.autograd.grad(parameter * 2, parameter, grad_outputs=torch.ones(2))


def main(fd: int, *, walled: bool, packages: list[str], device: str = "cpu", spares: int = 1) -> None:
    """Entry: `fd` is the control line to the host. On the cpu there are no spares."""
    control = Control(socket.socket(fileno=fd))
    try:
        if walled:
            become_nobody()
            own_pid_namespace()
        else:
            die_with_parent()
        facts = _warm(packages, walled=walled, device=device)
        settle()
        if device == "cpu":
            parent = Parent(control, walled=walled)
        else:
            from grader.guest.spares import DeviceParent

            parent = DeviceParent(control, walled=walled, device=device, packages=packages, count=spares)
    except Exception as error:
        control.send({"failed": f"{type(error).__name__}: {error}"})
        os._exit(WALL_FAILED)
    control.send({"ready": facts})
    parent.serve()
    os._exit(0)
