"""Students and an instructor who use a server on loopback, each request on a connection of its own."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.reliability.big_class import SLUG, BigClass, Program

TIMEOUT = 60.0
PATIENCE = 120.0  # seconds for which a client sends the same again when a connection breaks


@dataclass
class Sent:
    """What became of one submission: its id once it is accepted, and how long the answer took (s), from connecting."""

    student: int
    program: Program
    key: str
    id: int = 0
    status: int = 0
    seconds: float = 0.0
    again: int = 0
    said: str = ""


@dataclass
class Looks:
    """Pages that were looked at: seconds of each, and other answers than 200."""

    seconds: list[float] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def submit_all(
    port: int, there: BigClass, files: Sequence[tuple[int, Program, bytes]], moments: Sequence[float], threads: int = 64
) -> list[Sent]:
    """Send each file at its moment (seconds from now), whoever else is sending."""
    begin = time.monotonic()

    def one(number: int) -> Sent:
        student, program, content = files[number]
        time.sleep(max(0.0, begin + moments[number] - time.monotonic()))
        sent = Sent(student, program, f"key-{number}")
        _submit(port, there.tokens[student], sent, content)
        return sent

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, sorted(range(len(files)), key=lambda number: moments[number])))


def _submit(port: int, token: str, sent: Sent, content: bytes) -> None:
    path = f"/api/v1/courses/{SLUG}/exercises/{sent.program.slug}/submissions?name={sent.program.slug}.py"
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": sent.key}
    headers["Content-Type"] = "application/octet-stream"
    end = time.monotonic() + PATIENCE
    while True:
        began = time.monotonic()
        try:
            sent.status, body = ask(port, "POST", path, headers, content)
            sent.seconds = time.monotonic() - began
            if sent.status < 500:
                break
            sent.said = body[:200].decode("utf-8", "replace")
        except OSError as error:
            sent.said = repr(error)
        except http.client.HTTPException as error:
            sent.said = repr(error)
        if time.monotonic() > end:
            return
        sent.again += 1
        time.sleep(0.5)
    if sent.status in (200, 201):
        sent.id = json.loads(body)["id"]
    else:
        sent.said = body[:200].decode("utf-8", "replace")


def ask(port: int, method: str, path: str, headers: dict[str, str], content: bytes | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request(method, path, content, {**headers, "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Looking:
    """An instructor who opens a page every so often, until the end of the block."""

    def __init__(self, port: int, cookie: str, path: str, *, every: float = 1.0) -> None:
        self._look: Callable[[], tuple[int, bytes]] = lambda: ask(
            port, "GET", path, {"Cookie": f"gradgym_session={cookie}"}
        )
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.looks = Looks()

    def __enter__(self) -> Looks:
        self._thread.start()
        return self.looks

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            began = time.monotonic()
            try:
                status, _ = self._look()
            except (OSError, http.client.HTTPException):
                status = 0
            if status == 200:
                self.looks.seconds.append(time.monotonic() - began)
            else:
                self.looks.failed.append(status)
