"""`gradgym serve` as a process: what it starts stays, whatever ends it; what is in hand is finished."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from webapp.grading.supervisor import FIRST_DELAY, LONGEST_DELAY, Child

from ..conftest import free_port

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def start_serve(site: Any, tmp_path: Path, processes_below: Any, wait_until: Any) -> Iterator[Callable[..., Any]]:
    """`start_serve("--workers", "1")`: the command on the site's database, as (process, port); ended after the test."""
    before = set(processes_below(os.getpid()))
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> tuple[subprocess.Popen[bytes], int]:
        port = free_port()
        line = [sys.executable, "-m", "grader.cli.main", "serve", "--data", str(tmp_path), "--port", str(port), *words]
        env = {**os.environ, "GRADGYM_DATABASE": site.settings.database, "GRADGYM_SECRET": site.settings.secret}
        with open(tmp_path / "log", "ab") as log:
            process = subprocess.Popen(line, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        started.append(process)
        return process, port

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(90)
        finally:
            process.kill()
            process.wait()
    # One that was importing torch when its parent was killed hears of that only afterwards.
    wait_until(lambda: set(processes_below(os.getpid())) <= before, "something of it stays behind")


def health(port: int) -> int:
    """The status of /healthz, 0 when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def running(module: str, below: list[int]) -> list[int]:
    """Those of these processes that run this module of ours, parents before children."""
    found = []
    for pid in sorted(below):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # gone meanwhile
        if module.encode() in words:
            found.append(pid)
    return found


@ON_SQLITE
@pytest.mark.jail
def test_whatever_is_killed_is_there_again_and_what_was_accepted_is_graded(
    site: Any, start_serve: Any, wait_until: Any, processes_below: Any, gradings: Any
) -> None:
    serve, port = start_serve("--jobs", "1")
    wait_until(lambda: health(port) == 200)
    for round in range(3):
        web = running("webapp.web.server", processes_below(serve.pid))
        victims = [*running("webapp.grading.worker_process", processes_below(serve.pid)), web[round % len(web)]]
        site.submit("ada", b"x = %d\n" % round)
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        gone = {*victims, *(web if victims[-1] == web[0] else [])}  # what gunicorn started ends with it
        wait_until(lambda gone=gone: not gone & set(processes_below(os.getpid())))
        assert health(port) == 200, "who comes meanwhile waits, and is answered"
        wait_until(lambda: len(running("webapp.grading.worker_process", processes_below(serve.pid))) == 1)
    wait_until(lambda: len(gradings()) == 3)


@ON_SQLITE
def test_it_stops_when_asked_and_nothing_stays_behind(start_serve: Any, wait_until: Any, processes_below: Any) -> None:
    serve, port = start_serve("--workers", "1")
    wait_until(lambda: health(port) == 200 and len(processes_below(serve.pid)) > 3)
    all_of_it = processes_below(serve.pid)
    serve.send_signal(signal.SIGTERM)
    assert serve.wait(90) == 0
    assert not [pid for pid in all_of_it if Path(f"/proc/{pid}").exists()]


@ON_SQLITE
def test_children_end_with_a_parent_that_is_killed(start_serve: Any, wait_until: Any, processes_below: Any) -> None:
    serve, port = start_serve("--workers", "1")
    wait_until(lambda: health(port) == 200 and len(processes_below(serve.pid)) > 3)
    all_of_it = processes_below(serve.pid)
    serve.kill()
    serve.wait()
    wait_until(lambda: not set(all_of_it) & set(processes_below(os.getpid())))


@ON_SQLITE
def test_there_is_one_serve_an_installation_and_one_a_port(start_serve: Any, wait_until: Any, tmp_path: Path) -> None:
    first, port = start_serve("--workers", "0")
    wait_until(lambda: health(port) == 200)
    second, _ = start_serve("--workers", "0")
    assert second.wait(60) == 2
    assert "runs on" in (tmp_path / "log").read_text()
    third, _ = start_serve("--workers", "0", "--port", str(port))
    assert third.wait(60) == 2
    assert f"127.0.0.1 port {port} can't be listened on" in (tmp_path / "log").read_text()
    assert first.poll() is None


@pytest.mark.postgresql
@pytest.mark.parametrize("database", [pytest.param("postgresql")], indirect=True)
def test_health_says_when_the_database_is_away(site: Any, postgresql: Any, start_serve: Any, wait_until: Any) -> None:
    _, port = start_serve("--workers", "0")
    wait_until(lambda: health(port) == 200)
    name = site.database.engine.url.database
    postgresql.run(
        f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false',
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    assert health(port) == 503
    postgresql.run(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
    assert health(port) == 200


def test_who_lived_long_is_started_at_once_and_who_fails_again_and_again_waits_longer() -> None:
    child = Child("it", [], started=100.0)
    assert child.ended(1000.0) == 0
    delays = []
    for _ in range(10):
        child.started = 2000.0
        delays.append(child.ended(2000.1))
    assert delays[:3] == [FIRST_DELAY, 2 * FIRST_DELAY, 4 * FIRST_DELAY]
    assert delays[-1] == LONGEST_DELAY
    child.started = 3000.0
    assert child.ended(4000.0) == 0, "it was well in between"
