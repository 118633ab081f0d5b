"""What all tests share: what this machine has, the tiny course and its warm graders, and "nothing is left behind"."""

from __future__ import annotations

import ctypes
import functools
import gc
import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.load import load_course
from grader.course.model import Course, Exercise
from grader.host.processes import GuestParent
from grader.jail.outer import NoWall, command, find_bwrap, outer_policy
from grader.jail.policy import GPU_DEVICES, Inner
from grader.report import Report

HERE = Path(__file__).parent
LINUX = sys.platform == "linux"
GRACE_SECONDS = 5.0  # for ended processes to go

collect_ignore = ["tiny_course"]


# What this machine has


def pytest_report_header() -> list[str]:
    problem = wall_problem()
    return [
        f"wall: {'up, tests behind it run' if not problem else f'none ({problem})'}",
        f"browser: {find_browser() or 'none, tests marked browser are skipped'}",
        f"PostgreSQL: {postgresql_programs() or 'none'}",
        f"GPU: {'yes' if any(os.path.exists(path) for path in GPU_DEVICES[:1]) else 'none'}",
        f"torch: {importlib.metadata.version('torch')}",
    ]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What a test's marks say it needs: skipped where that is missing, failed where CI=true says it must be there."""
    missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    if item.get_closest_marker("jail") and (problem := wall_problem()):
        missing(f"no wall on this machine: {problem}")
    if item.get_closest_marker("postgresql") and postgresql_programs() is None:
        missing("no PostgreSQL server on this machine: install the package postgresql")
    if item.get_closest_marker("browser") and not find_browser():
        missing(f"no browser on this machine: none of {', '.join(BROWSERS)}")


@functools.cache
def postgresql_programs() -> Path | None:
    """The folder of `initdb` and `postgres`, or None. Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


_TRY = """
import os, sys
sys.path.insert(0, "/gradgym")
from grader.guest.enter import PidNamespaces, become_nobody, enter, own_pid_namespace
become_nobody()
own_pid_namespace()
child = PidNamespaces().fork()
if child == 0:
    try:
        enter({policy!r})
        os._exit(0)
    except BaseException as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@functools.cache
def wall_problem() -> str:
    """Why no guest can be put behind the wall here; "" when it can. Both walls are tried, without torch."""
    if not LINUX:
        return f"{sys.platform} has none"
    try:
        bwrap = find_bwrap()
    except NoWall as missing:
        return str(missing)
    words = [sys.executable, "-I", "-c", _TRY.format(policy=asdict(Inner()))]
    tried = subprocess.run(command(outer_policy(), bwrap, words), env={}, capture_output=True, timeout=60)
    said = tried.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit {tried.returncode}"]
    return "" if tried.returncode == 0 else said[-1]


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@functools.cache
def find_browser() -> str | None:
    """The path of this machine's Chromium."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser_path() -> str | None:
    return find_browser()


# The tiny course and graders that stay warm. All their processes start here, so that no test starts one by the way.


@pytest.fixture(scope="session")
def tiny_course() -> Course:
    return load_course(HERE / "tiny_course" / "exercises")


@pytest.fixture(scope="session")
def exercises(tiny_course: Course) -> dict[str, Exercise]:
    """The exercises of the tiny course by slug."""
    return {exercise.slug: exercise for exercise in tiny_course.exercises}


@pytest.fixture(scope="session")
def grader(tiny_course: Course) -> Iterator[Grader]:
    """A warm grader behind the wall, for public and hidden checks. For tests marked `jail`."""
    with Grader(Settings(checks="all", seed=0)) as grader:
        for exercise in tiny_course.exercises:
            grader.warm(exercise)
        yield grader


Grade = Callable[..., Report]


@pytest.fixture
def grade(grader: Grader, exercises: dict[str, Exercise]) -> Grade:
    """Grade a source behind the wall: `grade("double_it", source)`."""

    def graded(slug: str, source: str | bytes, **options: Any) -> Report:
        data = source.encode() if isinstance(source, str) else source
        return grader.grade(Submission(f"ada_{slug}.py", data), exercises[slug], **options)

    return graded


# Nothing left behind


@dataclass(frozen=True)
class Belongings:
    """What this process has beside its memory: descendants, descriptors, temporary folders of ours."""

    processes: frozenset[int]
    descriptors: frozenset[tuple[int, str]]
    folders: frozenset[str]

    @classmethod
    def now(cls) -> Belongings:
        return cls(
            frozenset(descendants(os.getpid())),
            frozenset(open_descriptors()),
            frozenset(name for name in os.listdir(tempfile.gettempdir()) if name.startswith("gradgym")),
        )

    def beyond(self, before: Belongings, lasting: Belongings) -> list[str]:
        """In words, what is new since `before` and doesn't belong to a fixture that outlives the test."""
        processes = self.processes - before.processes - lasting.processes
        descriptors = self.descriptors - before.descriptors
        return [
            *(f"process {pid} ({_command_of(pid)})" for pid in sorted(processes)),
            *(
                f"descriptor {fd} ({target})"
                for fd, target in sorted(descriptors)
                if (fd, "") not in lasting.descriptors
            ),
            *(f"temporary folder {name}" for name in sorted(self.folders - before.folders)),
        ]


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a process, a descriptor or a temporary folder. Ended processes get a moment to go."""
    if not LINUX:
        yield
        return
    before = Belongings.now()
    yield
    deadline = time.monotonic() + GRACE_SECONDS
    while left := Belongings.now().beyond(before, _lasting()):
        if time.monotonic() > deadline:
            pytest.fail(f"left behind: {'; '.join(left)}")
        gc.collect()
        time.sleep(0.02)


_OUTLIVING: list[Any] = []


class RemembersOutliving:
    """Plugin: the graders of fixtures that outlive a test may start processes while it runs, and keep them.

    So may a server: a value that has `outlives`, the id of its process.
    """

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[Any]:
        value = yield
        if fixturedef.scope != "function" and (isinstance(value, (Grader, GuestParent)) or hasattr(value, "outlives")):
            _OUTLIVING.append(value)
        return value


def pytest_configure(config: pytest.Config) -> None:
    # Not in this file itself: hooks of a conftest.py are not called for fixtures of the whole session.
    config.pluginmanager.register(RemembersOutliving())


def _lasting() -> Belongings:
    """What the processes of outliving graders are and hold."""
    processes: list[Any] = []
    servers: list[int] = []
    for owner in _OUTLIVING:
        if hasattr(owner, "outlives"):
            servers.append(owner.outlives)
        elif isinstance(owner, Grader):
            processes += [*(engine.examiner for engine in owner._engines.values()), *owner._guests.values()]
        else:
            processes.append(owner)
    pids = {pid for top in (*servers, *(process.pid for process in processes)) for pid in (top, *descendants(top))}
    held = {(fd, "") for process in processes for fd in (process.control.fileno(), process._said.fileno())}
    return Belongings(frozenset(pids), frozenset(held), frozenset())


def descendants(pid: int) -> list[int]:
    """Living processes below this one, zombies left out."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", errors="replace") as file:
                    state, parent = file.read().rpartition(")")[2].split()[:2]
            except OSError:
                continue  # it has gone meanwhile
            if state != "Z":
                children.setdefault(int(parent), []).append(int(name))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def open_descriptors() -> Iterator[tuple[int, str]]:
    for name in os.listdir("/proc/self/fd"):
        try:
            yield int(name), os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue  # the listing's own


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")[:120].strip()
    except OSError:
        return "gone meanwhile"


def pytest_sessionstart() -> None:
    """Orphans of our processes come to us, so that a test that leaves one is found out."""
    if LINUX:
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


@pytest.fixture(scope="session")
def postgresql_folder() -> Path | None:
    """Where a PostgreSQL server's programs are."""
    return postgresql_programs()


@pytest.fixture(scope="session")
def processes_below() -> Callable[[int], list[int]]:
    """`processes_below(pid)`: the living descendants of a process."""
    return descendants


@pytest.fixture
def with_deadline() -> Iterator[Callable[[float], None]]:
    """`with_deadline(20)`: this test is interrupted after 20 seconds, so that a hanging one fails and does not hang."""

    def start(seconds: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def ring(*_: object) -> None:
        raise TimeoutError("the test took longer than its deadline")

    before = signal.signal(signal.SIGALRM, ring)
    yield start
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
