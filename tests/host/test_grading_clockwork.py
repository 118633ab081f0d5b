"""The host's side of one grading, with a scripted examiner and guest: clocks, ends, and nothing left open."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from grader.guest.enter import WALL_FAILED
from grader.host import grading as grading_module
from grader.host.grading import Grading
from grader.host.processes import Guest, ProcessTrouble
from grader.jail.policy import Inner
from grader.report.model import Verdict
from grader.wire.control import Control

PASSED = {"verdict": "passed"}
DIED = {"exit": 0, "cpu_seconds": 0.25, "peak_kb": 100}


class Examiner:
    """Stands for the examiner: `line` is its end of the conversation."""

    line: Control

    def examine(self, job: dict[str, Any]) -> Control:
        ours, theirs = socket.socketpair()
        theirs.settimeout(10)
        self.line = Control(theirs)
        return Control(ours)


@dataclass
class Guests:
    """Stands for the guest parent. Each guest has said and suffered already what `prepare` does to it."""

    prepare: Callable[[Guests], None] = lambda guests: None
    spawned: int = 0
    wire: Any = None
    leash: Any = None
    out: int = -1
    err: int = -1
    open: list[int] = field(default_factory=list)
    closing: list[Callable[[], None]] = field(default_factory=list)

    def spawn(self, policy: Inner) -> Guest:
        self.spawned += 1
        wire, self.wire = socket.socketpair()
        leash, self.leash = socket.socketpair()
        out, self.out = os.pipe()
        err, self.err = os.pipe()
        self.open += [self.out, self.err]
        self.closing += [self.wire.close, self.leash.close, lambda fds=(self.out, self.err): self._close(*fds)]
        self.prepare(self)
        return Guest(wire, out, err, leash)

    def end(self, **facts: Any) -> None:
        self.leash.sendall(json.dumps(DIED | facts).encode())
        self.leash.close()
        self._close(self.out, self.err)

    def _close(self, *fds: int) -> None:
        for fd in fds:
            if fd in self.open:
                self.open.remove(fd)
                os.close(fd)


Prepared = Callable[..., tuple[Grading, Examiner, Guests]]


@pytest.fixture
def prepared() -> Iterator[Prepared]:
    made: list[tuple[Examiner, Guests]] = []

    def prepare(guest: Callable[[Guests], None] = lambda guests: None, seconds: float = 5.0, **options: Any) -> Any:
        examiner, guests = Examiner(), Guests(guest)
        grading = Grading(
            examiner,  # type: ignore[arg-type]
            guests,  # type: ignore[arg-type]
            source=b"",
            seed=0,
            device="cpu",
            seconds=seconds,
            policy=Inner(),
            **options,
        )
        made.append((examiner, guests))
        return grading, examiner, guests

    yield prepare
    for examiner, guests in made:
        examiner.line.close()
        for close in guests.closing:
            close()


def heard(line: Control) -> dict[str, Any]:
    """The host's next message, with the descriptors that came along closed."""
    answer = line.receive()
    assert answer is not None
    for fd in answer[1]:
        os.close(fd)
    return answer[0]


def at_its_end(guests: Guests) -> None:
    """A guest that has nothing more to do, for tests in which nobody pulls at it."""
    guests.end()


def test_the_first_guest_is_started_before_the_examiner_asks_for_it(prepared: Prepared) -> None:
    grading, examiner, guests = prepared(at_its_end)
    counted: list[int] = []

    def examine() -> None:
        settled(grading)
        counted.append(guests.spawned)
        for _ in range(2):
            examiner.line.send({"guest": True})
            assert heard(examiner.line) == {"guest": True}
            counted.append(guests.spawned)
        examiner.line.send({"done": True})

    alongside(examine, grading.run)
    assert counted == [1, 1, 2]


def test_outcomes_are_kept_in_order(prepared: Prepared) -> None:
    told: list[tuple[int, Verdict]] = []
    grading, examiner, _ = prepared(at_its_end, on_check=lambda index, outcome: told.append((index, outcome.verdict)))
    for index in range(3):
        examiner.line.send({"import": True})
        examiner.line.send({"check": index, "outcome": PASSED, "seconds": 0.5})
    examiner.line.send({"done": True})
    found = grading.run()
    assert [(index, outcome.verdict, seconds) for index, (outcome, seconds) in found.outcomes.items()] == [
        (0, Verdict.PASSED, 0.5),
        (1, Verdict.PASSED, 0.5),
        (2, Verdict.PASSED, 0.5),
    ]
    assert told == [(0, Verdict.PASSED), (1, Verdict.PASSED), (2, Verdict.PASSED)]


def test_a_refused_file_ends_a_grading(prepared: Prepared) -> None:
    grading, examiner, _ = prepared(at_its_end)
    examiner.line.send({"refused": {"problem": "syntax", "message": "no", "where": None}})
    found = grading.run()
    assert found.refused is not None
    assert found.refused["problem"] == "syntax"


def test_an_examiner_that_ends_early_is_our_trouble(prepared: Prepared) -> None:
    grading, examiner, _ = prepared()
    examiner.line.send({"import": True})
    examiner.line.close()
    with pytest.raises(ProcessTrouble, match="ended in the middle of a grading"):
        grading.run()


def test_an_examiner_that_reports_trouble_is_our_trouble(prepared: Prepared) -> None:
    grading, examiner, guests = prepared(lambda guests: guests.end(exit=WALL_FAILED))
    examiner.line.send({"guest": True})
    examiner.line.send({"trouble": "a guest could not build its wall"})
    with pytest.raises(ProcessTrouble, match="could not build its wall"):
        grading.run()
    assert guests.spawned == 1


def test_an_examiner_that_says_nothing_is_given_up(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading_module, "_SILENCE_SECONDS", 0.2)
    grading, examiner, _ = prepared()
    examiner.line.send({"import": True})
    with pytest.raises(ProcessTrouble, match=r"said nothing for 0\.2 s"):
        grading.run()


def test_an_examiner_that_hangs_in_a_check_is_given_up_after_the_guest(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check itself loops for ever: ending the guest does not help."""
    monkeypatch.setattr(grading_module, "_SILENCE_SECONDS", 0.2)
    grading, examiner, _ = prepared(seconds=0.2)
    for message in ({"guest": True}, {"import": True}, {"run": True}):
        examiner.line.send(message)
    with pytest.raises(ProcessTrouble):
        grading.run()


ENDS: dict[str, tuple[dict[str, Any], bool, Verdict, str]] = {
    "a good exit": ({"exit": 0}, False, Verdict.CRASHED, "exit code 0"),
    "a bad exit": ({"exit": 3}, False, Verdict.CRASHED, "exit code 3"),
    "a crash of Python": ({"exit": -signal.SIGSEGV}, False, Verdict.CRASHED, "SIGSEGV"),
    "an abort": ({"exit": -signal.SIGABRT}, False, Verdict.CRASHED, "SIGABRT"),
    "killed": ({"exit": -signal.SIGKILL}, False, Verdict.OUT_OF_MEMORY, "too much memory"),
    "processor time": ({"exit": -signal.SIGXCPU}, False, Verdict.TIMED_OUT, "processor time"),
    "the watchdog": ({"exit": -9, "overweight": True}, False, Verdict.OUT_OF_MEMORY, "1024 MB"),
    "words on the wire": ({"exit": 0}, True, Verdict.CRASHED, "Only return values count"),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_end_of_a_guest_is_put_into_words(prepared: Prepared, name: str) -> None:
    ended, broke_protocol, verdict, words = ENDS[name]
    grading, examiner, _ = prepared(lambda guests: guests.end(**ended))

    def examine() -> None:
        examiner.line.send({"guest": True})
        assert heard(examiner.line) == {"guest": True}
        settled(grading)
        examiner.line.send({"gone": True, "broke_protocol": broke_protocol})
        cause.update(heard(examiner.line))
        examiner.line.send({"done": True})

    cause: dict[str, Any] = {}
    found = alongside(examine, grading.run)
    assert cause["verdict"] == verdict
    assert words in cause["rationale"]
    assert (found.cpu_seconds, found.peak_kb) == (0.25, 100)


def settled(grading: Grading) -> None:
    """Wait until the host knows of the guest's end."""
    deadline = time.monotonic() + 10
    while grading._ended is None and time.monotonic() < deadline:
        time.sleep(0.005)


def alongside(other: Callable[[], None], run: Callable[[], Any]) -> Any:
    thread = threading.Thread(target=other)
    thread.start()
    try:
        return run()
    finally:
        thread.join(10)


def test_a_guest_that_could_not_build_its_wall_is_our_trouble(prepared: Prepared) -> None:
    grading, examiner, _ = prepared(lambda guests: (os.write(guests.err, b"a tmpfs: no"), guests.end(exit=WALL_FAILED)))

    def examine() -> None:
        examiner.line.send({"guest": True})
        heard(examiner.line)
        settled(grading)
        examiner.line.send({"trouble": "a guest could not build its wall"})

    with pytest.raises(ProcessTrouble, match=r"could not build its wall.*a tmpfs: no"):
        alongside(examine, grading.run)


def test_a_student_who_ends_like_a_failed_wall_has_crashed(prepared: Prepared) -> None:
    grading, examiner, _ = prepared(lambda guests: guests.end(exit=WALL_FAILED))

    def examine() -> None:
        examiner.line.send({"guest": True})
        heard(examiner.line)
        settled(grading)
        examiner.line.send({"gone": True, "broke_protocol": False})
        cause.update(heard(examiner.line))
        examiner.line.send({"done": True})

    cause: dict[str, Any] = {}
    alongside(examine, grading.run)
    assert cause["verdict"] == Verdict.CRASHED


def test_a_guest_whose_end_and_last_words_come_together_is_ended_once(prepared: Prepared) -> None:
    """Leash, output and the examiner's "gone" are all there when the host looks."""
    grading, examiner, _ = prepared(
        lambda guests: (os.write(guests.out, b"last words"), os.write(guests.err, b"and more"), guests.end())
    )
    for message in ({"guest": True}, {"gone": True, "broke_protocol": False}, {"done": True}):
        examiner.line.send(message)
    found = grading.run()
    assert (found.stdout, found.stderr) == ("last words", "and more")


def test_a_check_has_its_limit_and_the_guest_is_ended(prepared: Prepared) -> None:
    grading, examiner, guests = prepared(seconds=0.3)

    def examine() -> None:
        for message in ({"guest": True}, {"import": True}, {"run": True}):
            examiner.line.send(message)
        heard(examiner.line)
        guests.leash.settimeout(10)
        assert guests.leash.recv(10) == b"w"
        guests.leash.sendall(b'{"waited": 0.001}\n')
        assert guests.leash.recv(10) == b"k"
        guests.end(exit=-signal.SIGKILL)
        settled(grading)
        examiner.line.send({"gone": True, "broke_protocol": False})
        cause.update(heard(examiner.line))
        examiner.line.send({"done": True})

    cause: dict[str, Any] = {}
    alongside(examine, grading.run)
    assert cause["verdict"] == Verdict.TIMED_OUT
    assert "after 0.3 s" in cause["rationale"]
    assert not cause["last"]


def test_time_without_a_processor_is_given_back(prepared: Prepared) -> None:
    grading, examiner, guests = prepared(seconds=0.3)

    def examine() -> None:
        for message in ({"guest": True}, {"import": True}):
            examiner.line.send(message)
        heard(examiner.line)
        guests.leash.settimeout(10)
        for waited in (0.2, 0.4, 0.6):
            assert guests.leash.recv(10) == b"w"
            guests.leash.sendall(json.dumps({"waited": waited}).encode() + b"\n")
        time.sleep(0.05)
        examiner.line.send({"check": 0, "outcome": PASSED, "seconds": 0.8})
        examiner.line.send({"done": True})
        assert guests.leash.recv(10) == b"k"
        guests.end(exit=0)

    found = alongside(examine, grading.run)
    assert found.outcomes[0][0].verdict is Verdict.PASSED


def test_output_is_capped_and_that_is_kept(prepared: Prepared) -> None:
    grading, examiner, guests = prepared()

    def examine() -> None:
        examiner.line.send({"guest": True})
        heard(examiner.line)
        for _ in range(40):
            os.write(guests.out, b"x" * 4096)
        os.write(guests.err, b"short")
        guests.end()
        examiner.line.send({"done": True})

    found = alongside(examine, grading.run)
    assert len(found.stdout) == 64 << 10
    assert found.stderr == "short"
    assert found.output_cut


def test_a_second_guest_gets_its_own_clock_and_the_output_goes_on(prepared: Prepared) -> None:
    grading, examiner, guests = prepared()

    def examine() -> None:
        for word in (b"first ", b"second"):
            examiner.line.send({"guest": True})
            heard(examiner.line)
            os.write(guests.out, word)
            guests.end()
            settled(grading)
            examiner.line.send({"gone": True, "broke_protocol": False})
            heard(examiner.line)
        examiner.line.send({"done": True})

    found = alongside(examine, grading.run)
    assert found.stdout == "first second"
    assert guests.spawned == 2
    assert found.cpu_seconds == 0.5


def test_a_lost_guest_parent_is_our_trouble_and_not_the_students(prepared: Prepared) -> None:
    """The leash closes without a word: whoever forks guests has gone, and took the guest along."""

    def lose(guests: Guests) -> None:
        guests.leash.close()
        guests._close(guests.out, guests.err)

    grading, _, _ = prepared(lose)
    with pytest.raises(ProcessTrouble, match="forks guests"):
        grading.run()
