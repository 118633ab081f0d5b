"""One grading, as the host runs it: talks with the examiner, hands out guests, keeps the clocks."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import selectors
import signal
import time
from collections.abc import Callable
from typing import Any

import msgspec

from grader.host.endings import exit_in_words
from grader.host.found import Found
from grader.host.processes import ExaminerProcess, Guest, GuestParent, ProcessTrouble
from grader.host.trial import USUAL, Trial
from grader.jail.policy import Inner
from grader.report.model import Verdict
from grader.report.outcome import Outcome

_OUTPUT_CAP = 64 << 10
_PIPE = 1 << 20  # more than a pipe holds
_SILENCE_SECONDS = 60.0
_END_SECONDS = 20.0
_LAST_BREATH_SECONDS = 2.0
_ANSWER_SECONDS = 5.0
_PATIENCE = 4  # a whole submission gets back at most this many times the limit of one check
_CHECKS_A_SUBMISSION = 3  # the whole submission may use this many times the limit of one check


class Grading:
    """Runs one submission's examination to its end. Raises ProcessTrouble when something of ours fails."""

    def __init__(
        self,
        examiner: ExaminerProcess,
        guests: GuestParent,
        *,
        source: bytes,
        seed: int,
        device: str,
        seconds: float,
        policy: Inner,
        trial: Trial = USUAL,
        on_check: Callable[[int, Outcome], None] | None = None,
    ) -> None:
        self._guests, self._seconds, self._policy = guests, seconds, policy
        self._on_check = on_check
        self._left = seconds * _CHECKS_A_SUBMISSION
        self._found = Found()
        self._guest: Guest | None = None
        self._ended: dict[str, Any] | None = None
        self._clock: float | None = None
        self._timed_out = ""
        # Time that a guest spent waiting for a processor: as its leash told last, and as given back to it so far.
        self._waited, self._given_back = 0.0, 0.0
        self._asked, self._answered = 0.0, False
        self._is_done = self._is_given = False
        self._probing = False
        self._examiner_pid = 0
        self._output = {"out": bytearray(), "err": bytearray()}
        self._selector = selectors.DefaultSelector()
        job = {"source": base64.b64encode(source).decode(), "seed": seed, "device": device}
        self._line = examiner.examine({**job, "trial": msgspec.to_builtins(trial)})
        self._selector.register(self._line, selectors.EVENT_READ, self._hear)

    def run(self) -> Found:
        began = time.monotonic()
        try:
            self._start_guest()  # it builds its wall while the examiner gets ready
            heard = time.monotonic()
            while not self._is_done:
                for key, _ in self._selector.select(self._until_next_deadline()):
                    if self._selector.get_map().get(key.fd) is not key:
                        continue  # an earlier event of this round has finished that guest
                    key.data()
                    heard = time.monotonic()
                self._look_at_the_clock()
                waiting = self._clock is None or not self._is_given or bool(self._timed_out)
                if waiting and time.monotonic() - heard > _SILENCE_SECONDS:
                    raise ProcessTrouble(f"the examiner has said nothing for {_SILENCE_SECONDS:g} s")
            self._finish_guest()
        finally:
            self._close()
        self._found.seconds = time.monotonic() - began
        self._found.stdout = _text(self._output["out"])
        self._found.stderr = _text(self._output["err"])
        return self._found

    def _hear(self) -> None:
        """One message of the examiner."""
        message = self._line.receive()
        if message is None:
            self._examiner_pid = 0
            raise ProcessTrouble("the examiner ended in the middle of a grading")
        said = message[0]
        if "pid" in said:
            self._examiner_pid = said["pid"]
        elif "import" in said or "run" in said:
            self._start_clock()
        elif "probe" in said:  # what the code prints from here on is not the student's doing
            self._stop_clock()
            self._read_rest()
            self._probing = True
            self._line.send({"probe": True})
        elif "check" in said:
            self._stop_clock()
            outcome = msgspec.convert(said["outcome"], Outcome)
            self._found.outcomes[said["check"]] = (outcome, said["seconds"])
            if self._on_check:
                self._on_check(said["check"], outcome)
        elif "guest" in said:
            self._give_guest()
        elif "gone" in said:
            self._line.send(self._why_gone(broke_protocol=said["broke_protocol"]))
        elif "diagnosed" in said:
            self._found.diagnosed = said["diagnosed"]
        elif "refused" in said:
            self._found.refused = said["refused"]
            self._is_done = True
        elif "trouble" in said:
            self._finish_guest()
            raise ProcessTrouble(said["trouble"] + self._what_guest_said())
        else:
            self._is_done = True

    # The clocks: one for what runs now (an import or a check), one for all that the student's code has used.

    def _start_clock(self) -> None:
        self._stop_clock()
        self._clock = time.monotonic()

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._left -= time.monotonic() - self._clock
            self._clock = None

    def _until_next_deadline(self) -> float:
        if self._clock is None or self._timed_out or self._asked:
            return 1.0
        return max(0.0, min(1.0, self._clock + min(self._seconds, self._left) - time.monotonic()))

    def _look_at_the_clock(self) -> None:
        if self._clock is None or self._timed_out or self._guest is None:
            return
        used = time.monotonic() - self._clock
        if used >= min(self._seconds, self._left) and self._may_have_waited(self._guest):
            return
        if used >= self._seconds:
            self._timed_out = (
                f"Your code was still running after {self._seconds:g} s and was ended. Is there an endless loop?"
            )
        elif used >= self._left:
            total = self._seconds * _CHECKS_A_SUBMISSION
            self._timed_out = f"All checks together may take {total:g} s, and your code has used them up."
        if self._timed_out:
            self._guest.pull_leash()

    def _may_have_waited(self, guest: Guest) -> bool:
        """Before a guest is ended for its time: it may have been the machine that had none for it.

        The leash is asked, and what it answers is given back, up to a bound.
        """
        if self._given_back >= self._seconds * _PATIENCE or self._answered:
            self._answered = False
            return False
        if not self._asked:
            self._asked = time.monotonic()
            guest.ask_how_long_it_waited()
        return time.monotonic() - self._asked < _ANSWER_SECONDS

    def _give_back(self, waited: float) -> None:
        """Time for which the guest waited for a processor is not its own."""
        new = min(waited - self._waited, self._seconds * _PATIENCE - self._given_back)
        self._asked, self._answered = 0.0, new < self._seconds / 20
        if self._clock is not None and new > 0:
            self._clock += new
            self._given_back += new
            self._waited = waited

    # Guests

    def _give_guest(self) -> None:
        """The examiner wants a guest: the one that was started for its first, or another when that is gone."""
        if self._guest is None or self._is_given:
            self._finish_guest()
            self._start_guest()
        assert self._guest is not None
        self._line.send({"guest": True}, [self._guest.wire.fileno()])
        self._guest.wire.close()
        self._is_given = True

    def _start_guest(self) -> None:
        guest = self._guests.spawn(self._policy)
        self._guest, self._ended = guest, None
        self._waited, self._asked, self._answered = 0.0, 0.0, False
        for name, fd in (("out", guest.out), ("err", guest.err)):
            os.set_blocking(fd, False)
            self._selector.register(fd, selectors.EVENT_READ, lambda name=name, fd=fd: self._read_output(name, fd))
        self._selector.register(guest.leash, selectors.EVENT_READ, self._read_leash)

    def _read_output(self, name: str, fd: int) -> None:
        with contextlib.suppress(BlockingIOError):
            data = os.read(fd, _PIPE)
            if not data:
                self._selector.unregister(fd)
                return
            if self._probing:
                return
            room = _OUTPUT_CAP - len(self._output[name])
            self._output[name] += data[:room]
            self._found.output_cut |= len(data) > room

    def _read_rest(self) -> None:
        """What stands in the output pipes now (one pipe's worth at most)."""
        if self._guest is None:
            return
        for name, fd in (("out", self._guest.out), ("err", self._guest.err)):
            if fd in self._selector.get_map():
                self._read_output(name, fd)

    def _read_leash(self) -> None:
        assert self._guest is not None
        data = self._guest.leash.recv(4096)
        if not data:
            raise ProcessTrouble("the process that forks guests ended in the middle of a grading")
        for said in map(json.loads, data.splitlines()):
            if "waited" in said:
                self._give_back(said["waited"])
            else:
                self._ended = said
        if self._ended is None:
            return
        self._selector.unregister(self._guest.leash)
        self._found.cpu_seconds += self._ended["cpu_seconds"]
        self._found.peak_kb = max(self._found.peak_kb, self._ended["peak_kb"])

    def _finish_guest(self) -> None:
        """End the present guest with all it started, wait for that, and read the last of its output."""
        guest = self._guest
        if guest is None:
            return
        if self._ended is None:
            guest.pull_leash()
        if self._is_done:
            self._selector.unregister(self._line)  # it is at its end, which would wake the loop below all the time
        deadline = time.monotonic() + _END_SECONDS
        while self._ended is None:
            self._hear_guest(0.5)
            if time.monotonic() > deadline:
                raise ProcessTrouble(f"a guest could not be ended within {_END_SECONDS:g} s")
        self._read_rest()
        for fd in (guest.out, guest.err):
            if fd in self._selector.get_map():
                self._selector.unregister(fd)
        guest.close()
        self._guest, self._is_given = None, False

    def _hear_guest(self, seconds: float) -> None:
        """What the guest's pipes and leash bring, for so long at most; what the examiner says waits."""
        for key, _ in self._selector.select(seconds):
            if key.fileobj is not self._line and self._selector.get_map().get(key.fd) is key:
                key.data()

    def _why_gone(self, *, broke_protocol: bool) -> dict[str, Any]:
        """Why the guest ended in the middle of a check, as a verdict with words."""
        self._stop_clock()
        timed_out, self._timed_out = self._timed_out, ""
        still_there = not timed_out and not self._has_ended()
        self._finish_guest()
        assert self._ended is not None
        last = self._left <= 0
        if timed_out:
            return {"verdict": Verdict.TIMED_OUT, "rationale": timed_out, "last": last}
        if broke_protocol:
            rationale = "Your code wrote something to the line on which the grader listens. Only return values count."
            return {"verdict": Verdict.CRASHED, "rationale": rationale, "last": last}
        if self._ended.get("overweight"):
            limit = self._policy.memory_mb
            rationale = f"Your code and what it started held more than {limit} MB of memory together, and was ended."
            return {"verdict": Verdict.OUT_OF_MEMORY, "rationale": rationale, "last": last}
        if still_there:
            rationale = "Your code closed the line on which the grader listens, and went on. Only return values count."
            return {"verdict": Verdict.CRASHED, "rationale": rationale, "last": last}
        code = self._ended["exit"]
        if code == -signal.SIGKILL and self._ended["cpu_seconds"] >= self._policy.cpu_seconds - 1:
            code = -signal.SIGXCPU  # process 1 of a namespace gets the kill that follows, and not the signal itself
        verdict, rationale = exit_in_words(code)
        return {"verdict": verdict, "rationale": rationale, "last": last}

    def _has_ended(self) -> bool:
        """Whether the guest has ended by itself. (Its wire closes a little before its end is known.)"""
        deadline = time.monotonic() + _LAST_BREATH_SECONDS
        while self._guest is not None and self._ended is None and time.monotonic() < deadline:
            self._hear_guest(0.1)
        return self._ended is not None

    def _what_guest_said(self) -> str:
        said = _text(self._output["err"]).strip()
        return f" ({said.splitlines()[-1]})" if said else ""

    def _close(self) -> None:
        """Leave no descriptor, no guest and no examiner behind, whatever happened."""
        if self._examiner_pid and not self._is_done:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._examiner_pid, signal.SIGKILL)
        if self._guest is not None:
            self._guest.pull_leash()
            self._guest.close()
        self._selector.close()
        self._line.close()


def _text(data: bytearray) -> str:
    return bytes(data).decode("utf-8", "replace")
