"""One examination, in a forked examiner: every check on one submission, told to the host as it goes.

To the host: {"pid": n} first of all; {"guest": true} a guest, please; {"import": true} a check begins with its
import; {"run": true} that is done (left out when it was quick); {"check": i, ...} the check ended; {"gone": true} the
guest is gone, why?; {"probe": true} the probe begins; {"diagnosed": ...}; {"refused": ...} the file can't be loaded;
{"trouble": ...}; {"done": true}.
From the host: {"cause": ...} after "gone"; {"guest": true} with a descriptor after "guest".
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from typing import Any

import msgspec
import pytest

from grader.checks.bank import Bank, Probe, take_probe
from grader.checks.declare import spec_of
from grader.checks.desk import Desk
from grader.checks.failure import GradingStopped
from grader.checks.margin import MARGINS
from grader.checks.plugin import DESKS, OUTCOME, PASSES_THROUGH, is_plain, outcome_of_plain
from grader.host.session import Session
from grader.host.task import Task
from grader.host.trial import USUAL, Trial
from grader.report.model import Verdict
from grader.report.outcome import Outcome, cut
from grader.wire.control import Control
from grader.wire.errors import WireClosed, WireError
from grader.wire.frames import SocketChannel
from grader.wire.messages import Loaded

_DIAGNOSED = (Verdict.WRONG, Verdict.CRASHED)


_REHEARSALS = 4
_SHORT_IMPORT = 0.02  # not worth a word to the host, who keeps the clocks


class Trouble(GradingStopped):
    """Something of ours failed: the submission is not graded."""


class Refused(GradingStopped):
    """The file can't be loaded; no check can run."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(loaded.message)
        self.loaded = loaded


class StudentSide:
    """The student's module in a guest that may be replaced by a new one when it dies."""

    def __init__(self, task: Task, line: Control, source: bytes, device: str, session: Session | None = None) -> None:
        self._task, self._line, self._device = task, line, device
        self._source, self._session = source, session
        self.importing = False

    @property
    def session(self) -> Session:
        if self._session is None:
            raise Trouble("there is no guest")
        return self._session

    @property
    def module(self) -> Any:
        return self.session.module

    @property
    def changed(self) -> set[int]:
        return self.session.changed

    def begin_scenario(self) -> None:
        self.session.begin_scenario()

    def begin(self, seed: int) -> list[str]:
        """Import the file afresh; the host's clock knows imports from checks."""
        if self._session is None:
            self._connect()
        self._line.send({"import": True})
        began = time.monotonic()
        self.importing = True
        missing = self.session.begin(seed)
        self.importing = False
        if time.monotonic() - began > _SHORT_IMPORT:
            self._line.send({"run": True})
        return missing

    def gone(self) -> None:
        """The guest has ended: the next check gets a new one."""
        self._session = None

    def _connect(self) -> None:
        self._line.send({"guest": True})
        answer = self._line.receive()
        if answer is None or not answer[1]:
            raise Trouble("the host gave no guest")
        sock = socket.socket(fileno=answer[1][0])
        if sock.recv(1) != b"!":
            raise Trouble("a guest could not build its wall")
        self._session = Session(SocketChannel(sock), device=self._device)
        self._line.send({"import": True})  # reading a file can take long as well
        loaded = self._session.load(self._task.load(self._source, device=self._device))
        if loaded.problem:
            raise Refused(loaded)


class Examination:
    """Runs the items in order and tells the host of each."""

    def __init__(
        self,
        task: Task,
        items: list[pytest.Function],
        reference: Session | None,
        bank: Bank | None,
        probe: Probe | None,
        student: StudentSide,
        line: Control,
        *,
        seed: int,
        device: str,
        trial: Trial = USUAL,
    ) -> None:
        self._trial = trial
        self._task, self._items, self._reference, self._line = task, items, reference, line
        self._bank, self._probe = bank, probe
        self._student, self._seed, self._device = student, seed, device
        self._outcomes: dict[str, Outcome] = {}
        self._ends_all: Outcome | None = None

    def rehearse(self, seconds: float) -> None:
        """Run the checks, as many as there is time for, again and again; what comes out doesn't matter."""
        end = time.monotonic() + seconds
        desk = self._desk()
        with contextlib.suppress(Trouble):
            for _ in range(_REHEARSALS):
                for index, item in enumerate(self._items):
                    if time.monotonic() > end:
                        return
                    self._one(index, item, desk)

    def run(self) -> None:
        try:
            self._line.send({"pid": os.getpid()})
            desk = self._desk()
            for index, item in enumerate(self._items):
                self._one(index, item, desk)
            self._diagnose()
            self._line.send({"done": True})
        except Refused as refused:
            self._line.send({"refused": msgspec.to_builtins(refused.loaded)})
        except Trouble as trouble:
            self._line.send({"trouble": str(trouble)})
        except (BrokenPipeError, ConnectionResetError):
            return  # the host has ended this examination
        except Exception as error:
            self._line.send({"trouble": f"the examiner failed: {type(error).__name__}: {error}"})

    def _desk(self) -> Desk:
        return Desk(
            exercise=self._task.slug,
            student=self._student,
            reference=self._reference,
            seed=self._seed,
            device=self._device,
        )

    def _one(self, index: int, item: pytest.Function, desk: Desk) -> None:
        began = time.monotonic()
        MARGINS.set([] if self._trial.margins else None)
        outcome = self._without_running(item) or self._run(item, desk)
        if self._trial.margins and (noted := MARGINS.get()):
            outcome = msgspec.structs.replace(outcome, margin=max(noted))
        spec = spec_of(item.obj)
        if spec is not None and outcome.verdict is not Verdict.PASSED and not outcome.hint:
            outcome = msgspec.structs.replace(outcome, hint=spec.hint)
        outcome = cut(outcome)
        self._outcomes[item.name] = outcome
        self._line.send(
            {"check": index, "outcome": msgspec.to_builtins(outcome), "seconds": round(time.monotonic() - began, 4)}
        )

    def _without_running(self, item: pytest.Function) -> Outcome | None:
        """The outcome of a check that needn't or can't run."""
        spec = spec_of(item.obj)
        assert spec is not None
        if self._ends_all is not None:
            return self._ends_all
        if self._trial.brief and (is_public(item) or self._is_decided()):
            return Outcome(verdict=Verdict.SKIPPED, rationale="Nothing hangs on this check any more.")
        if self._device not in spec.devices:
            return Outcome(verdict=Verdict.SKIPPED, rationale=f"This check doesn't run on {self._device}.")
        waits = [name for name in spec.needs if self._failed(name)]
        if waits:
            names = ", ".join(name.removeprefix("test_") for name in waits)
            return Outcome(verdict=Verdict.SKIPPED, rationale=f"This check waits for {names}. Make that pass first.")
        return None

    def _is_decided(self) -> bool:
        """Whether a check has failed, which is all that a brief trial asks."""
        return any(outcome.verdict not in (Verdict.PASSED, Verdict.SKIPPED) for outcome in self._outcomes.values())

    def _failed(self, name: str) -> bool:
        known = self._outcomes.get(name)
        return known is not None and known.verdict is not Verdict.PASSED

    def _run(self, item: pytest.Function, desk: Desk) -> Outcome:
        try:
            outcome = outcome_of_plain(item, desk) if is_plain(item) else _outcome_with_pytest(item, desk)
        except (WireClosed, WireError) as error:
            return self._gone(error)
        if outcome.verdict is Verdict.FORBIDDEN:
            self._ends_all = outcome
        return outcome

    def _gone(self, error: BaseException) -> Outcome:
        """The guest died or broke the protocol in this check; the host knows why."""
        importing, self._student.importing = self._student.importing, False
        self._student.gone()
        self._line.send({"gone": True, "broke_protocol": isinstance(error, WireError)})
        answer = self._line.receive()
        if answer is None:
            raise Trouble("the host is gone")
        cause = answer[0]
        if "trouble" in cause:
            raise Trouble(cause["trouble"])
        outcome = Outcome(verdict=Verdict(cause["verdict"]), rationale=cause["rationale"])
        if importing or cause["last"]:
            self._ends_all = outcome
        return outcome

    def _diagnose(self) -> None:
        """Name the mistake, when one of the failed checks ran to its end."""
        if self._bank is None or self._probe is None or self._ends_all is not None or self._trial.brief:
            return
        if not any(outcome.verdict in _DIAGNOSED for outcome in self._outcomes.values()):
            return
        self._line.send({"probe": True})
        self._line.receive()  # the host has put aside what was printed so far
        try:
            found = self._bank.diagnose(take_probe(self._probe, self._student))
        except (WireClosed, WireError):
            return  # a program that dies in the probe keeps its checks' own words
        if found is not None:
            self._line.send({"diagnosed": {"id": found.id, "hint": found.hint, "certain": found.certain}})


def _outcome_with_pytest(item: pytest.Function, desk: Desk) -> Outcome:
    """The outcome of a check that asks for more than a call: fixtures of its own, marks, parameters."""
    lost: list[BaseException] = []
    item.config.stash[DESKS] = lambda _: desk
    item.stash[OUTCOME] = Outcome(verdict=Verdict.BROKEN_EXERCISE, rationale="The check ended without an outcome.")
    item.stash[_LOST] = lost
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    for error in lost:
        raise error
    return item.stash[OUTCOME]


def is_public(item: pytest.Function) -> bool:
    """Whether students have this check as well."""
    return item.path.name == "test_public.py"


_LOST = pytest.StashKey[list[BaseException]]()


class KeepsLostGuests:
    """Plugin: what is neither a verdict nor the author's fault is kept for the examination to judge."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_exception_interact(self, node: pytest.Item, call: pytest.CallInfo[None]) -> None:
        assert call.excinfo is not None
        error = call.excinfo.value
        if isinstance(error, PASSES_THROUGH):
            node.stash[_LOST].append(error)
