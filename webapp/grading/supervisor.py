"""The parent of an installation's processes: starts the web server and the workers, and starts again whichever ends."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

LOG = logging.getLogger("gradgym.serve")
GRACE_SECONDS: Final = 60.0  # for what is in hand when everything is stopped
HEALTHY_SECONDS: Final = 5.0  # who has lived so long may be started again at once
FIRST_DELAY, LONGEST_DELAY = 0.25, 15.0


@dataclass
class Child:
    """One process that has to be there. `descriptors` are handed on to it."""

    name: str
    words: Sequence[str]
    descriptors: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0  # when to start it (again)
    failures: int = field(default=0)  # how often it ended soon after it was started, one after the other

    def ended(self, moment: float) -> float:
        """It has ended: how many seconds to wait before it is started again."""
        self.failures = 0 if moment - self.started > HEALTHY_SECONDS else self.failures + 1
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (self.failures - 1)) if self.failures else 0.0
        self.due = moment + delay
        return delay


def python_child(name: str, module: str, *words: object, descriptors: Sequence[int] = ()) -> Child:
    """A child that runs a module of ours. Its last word is this process's id, so that it can end when we do."""
    line = [sys.executable, "-m", module, *(str(word) for word in words), str(os.getpid())]
    return Child(name, line, descriptors)


class Supervisor:
    """Keeps its children running until SIGTERM or SIGINT; has them finish then. For the main thread."""

    def __init__(
        self, children: Sequence[Child], *, environment: Mapping[str, str], grace: float = GRACE_SECONDS
    ) -> None:
        self._children = children
        self._environment = environment
        self._grace = grace
        self._asked = 0  # how often we were asked to stop

    def run(self) -> None:
        """Until somebody asks us to stop."""
        with self._woken() as wake:
            try:
                while not self._asked:
                    self._start_those_due()
                    _wait(wake, self._seconds_to_next())
                    self._look_after()
            finally:
                self._stop(wake)

    def _start_those_due(self) -> None:
        moment = time.monotonic()
        for child in self._children:
            if child.process is None and child.due <= moment:
                child.started = moment
                # A session of its own: Ctrl-C in the terminal is for us, and we tell the children in good order.
                child.process = subprocess.Popen(
                    child.words,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    pass_fds=child.descriptors,
                    start_new_session=True,
                )

    def _seconds_to_next(self) -> float | None:
        due = [child.due for child in self._children if child.process is None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _look_after(self) -> None:
        for child in self._children:
            if child.process is not None and (code := child.process.poll()) is not None:
                child.process = None
                if not self._asked:
                    delay = child.ended(time.monotonic())
                    again = f"again in {delay:g} s" if delay else "again at once"
                    LOG.warning("%s ended (%s), %s", child.name, _how(code), again)

    def _stop(self, wake: int) -> None:
        """Have all finish what is in hand; those that don't, and all when asked twice, are ended."""
        for child in self._running():
            child.send_signal(signal.SIGTERM)
        limit = time.monotonic() + self._grace
        while self._running() and time.monotonic() < limit and self._asked < 2:
            _wait(wake, limit - time.monotonic())
            self._look_after()
        for child in self._running():
            LOG.warning("process %d did not finish in time, and is ended", child.pid)
            child.kill()
            child.wait()

    def _running(self) -> list[subprocess.Popen[bytes]]:
        return [child.process for child in self._children if child.process and child.process.poll() is None]

    @contextmanager
    def _woken(self) -> Iterator[int]:
        """A descriptor that becomes readable with each signal: a child has ended, or we are to stop."""

        def asked(number: int, frame: FrameType | None) -> None:
            self._asked += 1

        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda number, frame: None)
        woken_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        try:
            yield reading
        finally:
            signal.set_wakeup_fd(woken_before)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reading)
            os.close(writing)


def _wait(wake: int, seconds: float | None) -> None:
    select.select([wake], [], [], seconds)
    try:
        os.read(wake, 4096)
    except BlockingIOError:
        pass  # the time was up


def _how(code: int) -> str:
    if code >= 0:
        return f"exit {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
