"""A module under test at the far end of the wire, once in this process and once behind the wall."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from grader.host.loopback import LoopbackChannel
from grader.host.processes import Guest, GuestParent
from grader.host.session import Session
from grader.jail.policy import Inner
from grader.wire.frames import Channel, SocketChannel
from grader.wire.messages import Load, Loaded

Connect = Callable[..., Session]
OWN = Inner(memory_mb=256)


@pytest.fixture(scope="session")
def guest_parent() -> Iterator[GuestParent]:
    """A warm parent behind the wall."""
    parent = GuestParent(walled=True)
    parent.ready()
    yield parent
    parent.close()


@pytest.fixture(params=["loopback", pytest.param("jailed", marks=pytest.mark.jail)])
def transport(request: pytest.FixtureRequest) -> str:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def connect(transport: str, request: pytest.FixtureRequest) -> Iterator[Connect]:
    """`connect(source)`: a session with this module, its first check begun; the same on both transports."""
    guests: list[Guest] = []

    def channel() -> Channel:
        if transport == "loopback":
            return LoopbackChannel()
        guest: Guest = request.getfixturevalue("guest_parent").spawn(OWN)
        guests.append(guest)
        guest.wire.settimeout(30)
        assert guest.wire.recv(1) == b"!"
        return SocketChannel(guest.wire)

    def connected(
        source: str,
        *,
        kit: str | None = None,
        provides: Sequence[str] = (),
        slug: str = "task",
        seed: int = 0,
        begin: bool = True,
        loads: bool = True,
        **rules: Any,
    ) -> Session:
        session = Session(channel())
        load = Load(
            slug,
            source.encode(),
            kit,
            list(provides),
            list(rules.get("forbidden", [])),
            ["torch", "math", "sys", "gc", "os", "typing", "contextlib", "random", "weakref", "collections"],
            "cpu",
        )
        loaded = session.load(load)
        assert not loads or loaded == Loaded(), loaded
        if begin:
            session.begin(seed)
        return session

    yield connected
    for guest in guests:
        end(guest)


def end(guest: Guest) -> None:
    """Have a guest ended, wait until it is, and close what we hold of it."""
    guest.wire.close()
    guest.pull_leash()
    guest.leash.settimeout(20)
    guest.leash.recv(4096)
    guest.leash.close()
    os.close(guest.out)
    os.close(guest.err)
