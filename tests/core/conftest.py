"""Warm graders for the tests of the core, and a session over each transport."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from grader.api import Grader, Settings
from grader.course.load import find_exercise, load_course
from grader.course.model import Exercise
from grader.host.loopback import LoopbackChannel
from grader.host.processes import GuestParent
from grader.host.session import Session
from grader.jail.policy import Inner
from grader.wire.frames import SocketChannel
from grader.wire.messages import Load

_COURSE = Path(__file__).resolve().parents[2] / "exercises"
_IMPORTS = ["torch", "os", "sys", "socket", "ctypes", "time", "resource", "contextlib", "typing"]


@pytest.fixture(scope="session")
def sgd_step() -> Exercise:
    return find_exercise(load_course(_COURSE), "sgd_step")


@pytest.fixture(scope="session")
def walled() -> Iterator[GuestParent]:
    if shutil.which("bwrap") is None and not os.environ.get("CI"):
        pytest.skip("no bubblewrap on this machine")
    guests = GuestParent(walled=True)
    guests.ready()
    yield guests
    guests.close()


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    if shutil.which("bwrap") is None and not os.environ.get("CI"):
        pytest.skip("no bubblewrap on this machine")
    with Grader(Settings(seed=0)) as warm:
        yield warm


class Far:
    """A module at the far end of a transport, for one test."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def load(self, source: str, *, provides: tuple[str, ...] = (), forbidden: tuple[str, ...] = ()) -> object:
        """Load and import a file; what it is called with is the module's proxy."""
        load = Load("far", source.encode(), None, list(provides), list(forbidden), _IMPORTS, "cpu")
        loaded = self.session.load(load)
        assert loaded.problem == "", loaded.message
        self.session.begin(0)
        return self.session.module


class jailed:  # noqa: N801 - used like a function
    """A session with a fresh guest behind the wall, which is ended afterwards."""

    def __init__(self, guests: GuestParent, policy: Inner | None = None) -> None:
        self._guest = guests.spawn(policy or Inner())
        self._guest.wire.settimeout(60)

    def __enter__(self) -> Session:
        assert self._guest.wire.recv(1) == b"!"
        return Session(SocketChannel(self._guest.wire))

    def __exit__(self, *error: object) -> None:
        self._guest.wire.close()
        self._guest.pull_leash()
        self._guest.leash.settimeout(20)
        assert self._guest.leash.recv(4096), "the guest parent says how the guest ended"
        self._guest.leash.close()
        os.close(self._guest.out)
        os.close(self._guest.err)


@pytest.fixture(params=["direct", pytest.param("jailed", marks=pytest.mark.jail)])
def far(request: pytest.FixtureRequest) -> Iterator[Far]:
    """The same assertions hold on the direct transport and in a real jail."""
    if request.param == "direct":
        yield Far(Session(LoopbackChannel()))
        return
    with jailed(request.getfixturevalue("walled")) as session:
        yield Far(session)


@pytest.fixture
def behind_the_wall(walled: GuestParent) -> Callable[..., AbstractContextManager[Far]]:
    """Opens a fresh guest: `with behind_the_wall(memory_mb=256) as far: m = far.load(...)`."""

    @contextmanager
    def opened(**policy: int) -> Iterator[Far]:
        with jailed(walled, Inner(**policy)) as session:
            yield Far(session)

    return opened


@pytest.fixture
def inside(walled: GuestParent) -> Iterator[Far]:
    with jailed(walled) as session:
        yield Far(session)


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
