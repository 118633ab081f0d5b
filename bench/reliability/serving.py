"""`gradgym serve` as a child of the bench: its processes by what they do, and killing them, never any other."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

START_SECONDS = 120.0
KINDS = ("web", "worker", "grader")


@dataclass(frozen=True)
class Serving:
    """A running installation."""

    pid: int
    port: int

    def processes(self) -> dict[str, list[int]]:
        """kind -> ids: "web" (gunicorn and what it forked), "worker", "grader" (parents, examiners; no guest)."""
        found: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for pid in below(self.pid):
            words = command_of(pid)
            if "webapp.web.server" in words:
                found["web"].append(pid)
            elif "webapp.grading.worker_process" in words:
                found["worker"].append(pid)
            elif "grader.host." in words or "bwrap" in words.split(" ")[0]:
                found["grader"].append(pid)
        return found

    def kill_one(self, kind: str, random: Random) -> bool:
        """kill -9 one process of this kind; False where there is none just now."""
        there = self.processes()[kind]
        if not there:
            return False
        try:
            os.kill(random.choice(there), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


@contextmanager
def serving(folder: Path, environ: Mapping[str, str], *words: str) -> Iterator[Serving]:
    """Run it until the end of the block; its log goes to `serve.log` in the folder."""
    port = free_port()
    line = [sys.executable, "-m", "grader.cli.main", "serve", "--data", str(folder), "--port", str(port), *words]
    with open(folder / "serve.log", "ab") as log:
        process = subprocess.Popen(line, env=dict(environ), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_for(port)
        yield Serving(process.pid, port)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(90)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def below(top: int) -> list[int]:
    """The living processes that descend from this one."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                state, parent = Path(f"/proc/{name}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
            except OSError:
                continue  # gone meanwhile
            if state != "Z":
                children.setdefault(int(parent), []).append(int(name))
    found, waiting = [], [top]
    while waiting:
        inner = children.get(waiting.pop(), [])
        found += inner
        waiting += inner
    return found
