"""The line between our own processes: JSON messages with descriptors."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from grader.wire.control import Control

Lines = tuple[Control, Control]


@pytest.fixture
def lines() -> Iterator[Lines]:
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    one, other = Control(ours), Control(theirs)
    yield one, other
    one.close()
    other.close()


def test_messages_come_in_order_and_whole(lines: Lines) -> None:
    one, other = lines
    for message in ({}, {"begin": 1}, {"text": "ünï 🙂 \0 \ud800"}, {"nested": [None, {"a": [1.5, True]}]}):
        other.send(message)
        assert one.receive() == (message, [])


def test_descriptors_travel_with_a_message(lines: Lines) -> None:
    one, other = lines
    read, write = os.pipe()
    other.send({"guest": True}, [write])
    os.close(write)
    message, came = one.receive() or ({}, [])
    assert message == {"guest": True}
    assert len(came) == 1
    os.write(came[0], b"through")
    os.close(came[0])
    assert os.read(read, 100) == b"through"
    os.close(read)


def test_whoever_closes_as_soon_as_all_is_there_has_been_sent_it() -> None:
    """A spare does so when it is handed out: the sender must not take it for dead."""
    ours, theirs = socket.socketpair()
    heard = []

    class Quick(socket.socket):
        def sendmsg(self, *given: Any) -> int:
            sent = super().sendmsg(*given)
            other = Control(theirs)
            heard.append(other.receive())
            other.close()
            return sent

    with Quick(fileno=ours.detach()) as sock, open(os.devnull) as null:
        Control(sock).send({"policy": 1}, [null.fileno()])
    ((message, (fd,)),) = heard
    os.close(fd)
    assert message == {"policy": 1}


def test_a_closed_line_reads_as_none(lines: Lines) -> None:
    one, other = lines
    other.close()
    assert one.receive() is None


def test_a_line_closed_within_a_message_reads_as_none(lines: Lines) -> None:
    one, other = lines
    other.sock.sendall(struct.pack("<I", 100) + b'{"beg')
    other.close()
    assert one.receive() is None


def test_a_line_closed_within_a_length_reads_as_none() -> None:
    """In a process of its own: where it goes wrong, it goes on for ever."""
    program = """
import socket
from grader.wire.control import Control
ours, theirs = socket.socketpair()
theirs.sendall(b"xx")
theirs.close()
line = Control(ours)
print(line.receive())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=3)
    assert done.stdout == "None\n"


def test_an_absurd_length_is_refused(lines: Lines) -> None:
    one, other = lines
    other.sock.sendall(struct.pack("<I", 2**32 - 1))
    with pytest.raises(ValueError, match="announces"):
        one.receive()
