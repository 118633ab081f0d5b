"""The examiner parent: torch, pytest and one exercise's collected checks in memory, forked once per submission.

It runs pytest as usual up to the test loop; there it waits for jobs on its control line and forks an examiner for
each, so
that a grading pays for neither import nor collection. Nothing of any submission is ever in the parent.
"""

from __future__ import annotations

import base64
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.checks import plugin as checks_plugin
from grader.checks.bank import Bank, MistakeFile, read_mistakes, take_probe
from grader.checks.declare import Mistake, spec_of, title_of
from grader.checks.failure import BrokenExercise, StudentRaised
from grader.guest.fork import fork
from grader.guest.pages import settle
from grader.host.examination import Examination, KeepsLostGuests, StudentSide, is_public
from grader.host.modules import module_here
from grader.host.session import Session
from grader.host.task import Task
from grader.host.trial import USUAL, Trial
from grader.wire.control import Control
from grader.wire.messages import Loaded

_PLUGINS_OFF = "cacheprovider terminal capture logging warnings doctest junitxml pastebin stepwise faulthandler"
_PLUGINS_OFF += " unraisableexception threadexception debugging legacypath recwarn setuponly setupplan"


_REHEARSAL_SECONDS = 0.5
_MEMORY = 6 << 30  # of an examiner, which holds well under one GB


class ExaminerParent:
    """The pytest plugin that replaces the test loop by a loop over jobs."""

    def __init__(self, control: Control, task: Task) -> None:
        self._control = control
        self._task = task
        self._troubles: list[str] = []
        self._items: list[pytest.Function] = []
        self._reference: Session | None = None
        self._bank: Bank | None = None
        self._probe: Any = None
        self._programs: list[dict[str, str]] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._troubles.append(f"{report.nodeid or report.fspath}: {_last_lines(report.longrepr)}")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = [item for item in session.items if isinstance(item, pytest.Function) and spec_of(item.obj)]
        unmarked = [item.name for item in session.items if item not in self._items]
        if unmarked:
            self._troubles.append(f"without @check: {', '.join(unmarked)}. Add @check(points=...) above each.")
        try:
            self._load_reference()
            self._load_bank()
        except BrokenExercise as broken:
            self._troubles.append(str(broken))
        self._control.send(
            {
                "ready": [self._describe(item) for item in self._items],
                "troubles": self._troubles,
                "programs": self._programs,
                "unusable": self._bank.unusable() if self._bank else [],
                "torch": _torch_version(),
            }
        )
        self._rehearse()
        settle()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while (request := self._control.receive()) is not None:
            self._fork(*request)
        os._exit(0)  # nothing is left to report, and taking pytest and torch down tidily takes a while

    def _fork(self, job: dict[str, Any], fds: list[int]) -> None:
        if fork() == 0:
            status = 1
            try:
                gc.disable()  # one examination makes little garbage, and collecting would copy the parent's pages
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self._control.close()
                _bound_memory()
                line = Control(socket.socket(fileno=fds[0]))
                student = StudentSide(self._task, line, base64.b64decode(job["source"]), job["device"])
                trial = msgspec.convert(job["trial"], Trial)
                self._examination(student, line, seed=job["seed"], device=job["device"], trial=trial).run()
                status = 0
            finally:
                os._exit(status)
        for fd in fds:
            os.close(fd)

    def _examination(
        self, student: StudentSide, line: Control, *, seed: int, device: str, trial: Trial = USUAL
    ) -> Examination:
        return Examination(
            self._task,
            self._items,
            self._reference,
            self._bank,
            self._probe,
            student,
            line,
            seed=seed,
            device=device,
            trial=trial,
        )

    def _rehearse(self) -> None:
        """Examine the reference here: what pytest, torch and Python do only the first time, no examiner does again.

        (Python specialises the code it runs, which writes to pages that every fork would otherwise have to copy.)
        """
        if self._reference is None or self._task.reference is None or self._troubles:
            return
        session, _ = module_here(self._task, Path(self._task.reference).read_bytes(), trusted=True)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            line = _ToItself(ours, Control(theirs))
            trial = msgspec.convert(msgspec.to_builtins(USUAL), Trial)
            student = StudentSide(self._task, line, base64.b64decode(b""), "cpu", session)
            self._examination(student, line, seed=0, device="cpu", trial=trial).rehearse(_REHEARSAL_SECONDS)

    def _load_reference(self) -> None:
        """Load the reference once, so that no examiner has to."""
        if self._task.reference is None:
            return
        self._reference, loaded = module_here(self._task, Path(self._task.reference).read_bytes(), trusted=True)
        if loaded.problem:
            raise BrokenExercise(f"the reference can't be loaded: {loaded.message}")

    def _load_bank(self) -> None:
        """Take the probe of the reference and of every known mistake, once."""
        if self._task.mistakes is None or self._task.reference is None:
            return
        file = read_mistakes(Path(self._task.mistakes))
        text = Path(self._task.reference).read_text("utf-8")
        sources = self._sources(file, text)
        if file.probe is None:
            return
        answers = []
        for program in (None, *file.mistakes):
            source = text if program is None else sources[program.id]
            side, loaded = module_here(self._task, source.encode(), trusted=True)
            if program is not None:
                _must_load(program.id, side, loaded)
            answers.append(take_probe(file.probe, side))
        self._bank, self._probe = Bank(file.mistakes, answers[0], answers[1:]), file.probe

    def _sources(self, file: MistakeFile, reference: str) -> dict[str, str]:
        """The text of every program of mistakes.py; also kept for the host, which grades them in `gradgym verify`."""
        sources: dict[str, str] = {}
        for program in (*file.mistakes, *file.correct):
            if program.id in sources:
                raise BrokenExercise(f"mistakes.py has two programs called {program.id}. Rename one")
            try:
                sources[program.id] = program.text(reference)
            except ValueError as wrong:
                raise BrokenExercise(str(wrong)) from wrong
            caught_by = program.caught_by if isinstance(program, Mistake) else ""
            self._programs.append({"id": program.id, "source": sources[program.id], "caught_by": caught_by})
        return sources

    def _describe(self, item: pytest.Function) -> dict[str, Any]:
        spec = spec_of(item.obj)
        assert spec is not None
        return {
            "name": item.name,
            "title": title_of(item.obj),
            "points": spec.points,
            "hint": spec.hint,
            "visible": spec.visible,
            "needs": list(spec.needs),
            "devices": list(spec.devices),
            "hidden": not is_public(item),
        }


def _must_load(name: str, side: Session, loaded: Loaded) -> None:
    """A mistake that can't even be imported answers nothing. Raises BrokenExercise."""
    why = loaded.message
    if not loaded.problem:
        try:
            side.begin(0)
            return
        except StudentRaised as raised:
            why = str(raised)
    raise BrokenExercise(f"mistakes.py: the mistake {name} can't be loaded: {why}")


def _bound_memory() -> None:
    """What a guest sends must not fill the machine from here: its examination ends instead, as a trouble of ours."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


class _ToItself(Control):
    """What is said is heard at once by the one who says it, so that reading and writing are rehearsed as well."""

    def __init__(self, sock: socket.socket, far: Control) -> None:
        super().__init__(sock)
        self._far = far

    def send(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        super().send(message, fds)
        self._far.receive()

    def receive(self) -> None:
        """Nobody answers."""


def _last_lines(longrepr: object) -> str:
    crash = getattr(longrepr, "reprcrash", None)
    return str(crash.message if crash is not None else longrepr).strip()[-600:]


def _torch_version() -> str:
    import torch

    return torch.__version__


def warm(packages: list[str]) -> None:
    """Have torch do what it does only the first time."""
    import torch

    torch.set_num_threads(1)
    parameter = torch.ones(2, requires_grad=True)
    torch.autograd.backward((parameter * 2).sum())
    if "optim" in packages:  # the first step of any optimizer imports much
        torch.optim.SGD([parameter], lr=0.1).step()


def main(fd: int) -> None:
    """Entry: `fd` is the control line to the host, whose first message is the task."""
    control = Control(socket.socket(fileno=fd))
    first = control.receive()
    if first is None:
        return
    task = msgspec.convert(first[0]["task"], Task)
    warm(first[0]["packages"])
    if task.course_root:
        sys.path.insert(0, task.course_root)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True
    options = ["-c", str(Path(__file__).with_name("examiner.ini")), "--noconftest", "--import-mode=importlib"]
    options += [word for name in _PLUGINS_OFF.split() for word in ("-p", f"no:{name}")]
    options += ["--assert=plain", *task.checks]
    pytest.main(options, plugins=[checks_plugin, KeepsLostGuests(), ExaminerParent(control, task)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
