"""Guests on a device: forked ahead of time, with the device's context made, one submission each.

A context takes seconds and doesn't survive a fork, so the parent can't make it, and a student should not wait for it.
A few spares make theirs and wait. The host asks for a guest as it always does; the oldest spare that is ready gets the
four descriptors and the policy, builds the rest of its wall by it, and says "!". The next spare is started at once.
"""

from __future__ import annotations

import contextlib
import math
import os
import resource
import selectors
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from typing import Any, NoReturn

from grader.guest.devices import KINDS, Kind
from grader.guest.enter import WALL_FAILED, EnterInTwo, die_with_parent, join, keep_only, limit
from grader.guest.parent import Guest, Parent, first_steps, size
from grader.guest.syscalls import install
from grader.guest.watchdog import waited
from grader.wire.control import Control

_CONTEXT_SECONDS = 45.0  # the host gives up a little later
_TRIES = 3  # so many spares may die in a row; then the next request must come first


@dataclass
class _Spare:
    pid: int
    line: Control
    began: float
    is_ready: bool = False
    cpu_seconds: float = 0.0
    waited: float = 0.0
    resident: int = 0


@dataclass(eq=False)
class _Request:
    """The host wants a guest, and no spare is ready yet."""

    policy: dict[str, Any]
    fds: list[int]  # wire, out, err, and the way into a cgroup where guests have one
    leash: socket.socket


class DeviceParent(Parent):
    """A guest parent that never touches the device itself, with `count` spares."""

    def __init__(self, control: Control, *, walled: bool, device: str, packages: list[str], count: int) -> None:
        super().__init__(control, walled=walled)
        self._kind, self._device = KINDS[device], device
        self._packages, self._count = packages, max(1, count)
        self._spares: dict[int, _Spare] = {}  # oldest first
        self._requests: list[_Request] = []
        self._died, self._last_words = 0, ""

    def serve(self) -> None:
        self._fill()
        super().serve()

    def _fill(self) -> None:
        while len(self._spares) < self._count and self._died < _TRIES:
            ours, theirs = socket.socketpair()
            pid = self._fork()
            if pid == 0:
                self._live(theirs.fileno())
            theirs.close()
            spare = self._spares[pid] = _Spare(pid, Control(ours), time.monotonic())
            self._selector.register(ours, selectors.EVENT_READ, spare)

    def _spawn(self, policy: dict[str, Any], fds: list[int]) -> None:
        leash, *its = fds
        request = _Request(policy, its, socket.socket(fileno=leash))
        self._requests.append(request)
        self._selector.register(request.leash, selectors.EVENT_READ, request)
        if not self._spares:
            self._died = 0
        self._hand_out()
        self._fill()

    def _hear(self, who: Any) -> None:
        if isinstance(who, _Spare):
            self._hear_spare(who)
        elif isinstance(who, _Request):
            if who in self._requests:
                self._refuse(who)  # nobody waits for it any more
                self._end_hanging()
        else:
            super()._hear(who)

    def _end_hanging(self) -> None:
        """A context that takes so long never comes; its spare must not keep the next request waiting, too."""
        for spare in self._spares.values():
            if not spare.is_ready and time.monotonic() - spare.began > _CONTEXT_SECONDS:
                self._kill_all_of(spare.pid)

    def _hear_spare(self, spare: _Spare) -> None:
        if spare.pid not in self._spares:
            return  # an earlier event of this round was its end
        said = None
        with contextlib.suppress(OSError):
            said = spare.line.receive()
        if said is None or "failed" in said[0]:
            if said:
                self._last_words = said[0]["failed"]
            self._selector.unregister(spare.line)
            self._kill_all_of(spare.pid)  # it is replaced when it has ended
            spare.is_ready = False
            return
        spare.is_ready, spare.waited = True, waited(spare.pid, walled=self._walled)
        spare.cpu_seconds, spare.resident = said[0]["cpu_seconds"], said[0]["resident"]
        self._hand_out()
        self._fill()

    def _hand_out(self) -> None:
        """Spares that are ready to requests that wait, the oldest to the oldest."""
        for spare in [spare for spare in self._spares.values() if spare.is_ready]:
            if not self._requests:
                return
            request = self._requests[0]
            try:
                spare.line.send(request.policy, request.fds)
            except OSError:
                continue  # it has just died
            self._requests.pop(0)
            self._died = 0
            self._let_go(spare)
            self._selector.unregister(request.leash)
            for fd in request.fds:
                os.close(fd)
            own = max(0, spare.resident - self._resident) + (self._kind.libraries_mb << 20)
            memory = int(request.policy["memory_mb"]) << 20
            self._add(
                Guest(
                    spare.pid,
                    request.leash,
                    memory and memory + own,
                    cpu_before=spare.cpu_seconds,
                    waited_before=spare.waited,
                )
            )

    def _lost(self, pid: int) -> None:
        """A spare has died before it was anybody's."""
        spare = self._spares.get(pid)
        if spare is None:
            return
        self._let_go(spare)
        self._died += 1
        self._fill()
        if not self._spares:
            for request in list(self._requests):
                self._refuse(request, self._last_words or "it was killed")

    def _let_go(self, spare: _Spare) -> None:
        del self._spares[spare.pid]
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(spare.line)
        spare.line.close()

    def _refuse(self, request: _Request, why: str = "") -> None:
        """There will be no guest for this request."""
        self._requests.remove(request)
        if why:
            with contextlib.suppress(OSError):
                os.write(request.fds[2], f"no context could be made on {self._device}: {why}\n".encode())
        for fd in request.fds:
            os.close(fd)
        ended = {"exit": WALL_FAILED, "cpu_seconds": 0.0, "peak_kb": 0, "overweight": False}
        self._tell_end(request.leash, ended)

    def _end(self) -> None:
        for pid in self._spares:
            self._kill_all_of(pid)
        super()._end()

    def _live(self, line: int) -> NoReturn:
        """In the forked child."""
        null = os.open(os.devnull, os.O_RDWR)
        status = WALL_FAILED
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            die_with_parent()
            os.setsid()
            keep_only(null, null, null, line)  # what the context opens must not take the guest's places
            status = _wait_and_serve(
                Control(socket.socket(fileno=4)),
                self._kind,
                self._packages,
                self._filters,
                walled=self._walled,
                data_in_use=self._data_in_use,
            )
        finally:
            os._exit(status)


def _wait_and_serve(
    line: Control, kind: Kind, packages: list[str], filters: list[bytes], *, walled: bool, data_in_use: int
) -> int:
    """A spare's life, to its exit status."""
    try:
        wall = EnterInTwo() if walled else None
        kind.make_context()
        first_steps(packages, walled=walled)
        used = _cpu_seconds()
        line.send({"ready": True, "cpu_seconds": used, "resident": size("VmRSS")})
    except BaseException as error:
        with contextlib.suppress(OSError):
            line.send({"failed": f"{type(error).__name__}: {error}"})
        return WALL_FAILED
    handed = line.receive()
    if handed is None:
        return 0
    status = WALL_FAILED
    try:
        policy, (wire, out, err, *group) = handed
        for low, fd in ((1, out), (2, err), (3, wire)):
            os.dup2(fd, low, inheritable=True)
            os.close(fd)
        line.close()
        join(group)
        if wall is not None:
            wall.finish(policy)
        if policy["memory_mb"]:
            kind.cap(int(policy["memory_mb"]))
        limit(policy, data_in_use, math.ceil(used))
        install(filters, every_thread=True)
        status = 1
        sock = socket.socket(fileno=3)
        sock.sendall(b"!")
        from grader.guest.serve import serve

        serve(sock)
        return 0
    except BaseException:
        if status == WALL_FAILED:  # once the wall is up, this is what the student reads
            traceback.print_exc()
        return status
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
