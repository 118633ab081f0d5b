"""A guest's life: answer frames on one socket until the host has had enough."""

from __future__ import annotations

import contextlib
import socket
import sys

from grader.guest.runner import Runner
from grader.wire.errors import WireClosed
from grader.wire.frames import Frame, SocketChannel


def serve(sock: socket.socket) -> None:
    """Answer the host on this socket until it closes."""
    channel = SocketChannel(sock)

    def ask(frame: Frame) -> Frame:
        channel.send(bytes(frame[0]), [bytes(blob) for blob in frame[1]])
        return channel.receive()

    runner = Runner(ask, guarded=True)
    with contextlib.suppress(WireClosed):
        while True:
            envelope, blobs = runner.handle(channel.receive())
            _flush()
            channel.send(bytes(envelope), [bytes(blob) for blob in blobs])


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # the student may have closed or replaced it
            stream.flush()
