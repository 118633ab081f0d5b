"""Frames over a real socket pair: whole across processes, refused over a ceiling, never a hang on broken bytes."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from grader.wire.ceilings import CEILINGS, Ceilings
from grader.wire.errors import WireClosed, WireError
from grader.wire.frames import MAGIC, SocketChannel, check_sizes

_SMALL = Ceilings(envelope=100, blobs=3, blob_bytes=1000)

ECHO = """
from grader.wire.errors import WireClosed
channel = SocketChannel(sock)
try:
    while True:
        envelope, blobs = channel.receive()
        channel.send(bytes(envelope), [bytes(blob) for blob in blobs])
except WireClosed:
    pass
"""


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.settimeout(10)  # a test that would wait for ever fails
    with ours, theirs:
        yield ours, theirs


Peer = Callable[[str], tuple[socket.socket, "subprocess.Popen[bytes]"]]


@pytest.fixture
def peer() -> Iterator[Peer]:
    """Start another process whose `sock` is connected to the returned socket."""
    started: list[tuple[socket.socket, subprocess.Popen[bytes]]] = []

    def start(program: str) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        ours, theirs = socket.socketpair()
        head = "import socket, sys, time\nfrom grader.wire.frames import SocketChannel\n"
        words = [sys.executable, "-c", f"{head}sock = socket.socket(fileno=int(sys.argv[1]))\n{program}"]
        process = subprocess.Popen([*words, str(theirs.fileno())], pass_fds=[theirs.fileno()])
        theirs.close()
        ours.settimeout(20)
        started.append((ours, process))
        return ours, process

    yield start
    for ours, process in started:
        ours.close()
        process.kill()
        process.wait()


def head(envelope: int, blobs: int, *lengths: int) -> bytes:
    return struct.pack("<4sII", MAGIC, envelope, blobs) + struct.pack(f"<{len(lengths)}Q", *lengths)


def test_frames_come_back_whole_from_another_process(peer: Peer) -> None:
    ours, _ = peer(ECHO)
    channel = SocketChannel(ours)
    for envelope, blobs in [
        (b"", []),
        (b"words", [b""]),
        (b"\0" * 1000, [b"a", b"", b"bc"]),
        (os.urandom(2 << 20), [os.urandom(6 << 20), b"x" * 65_537]),
        (b"many", [bytes([i % 256]) for i in range(CEILINGS.blobs)]),
    ]:
        channel.send(envelope, blobs)
        got_envelope, got_blobs = channel.receive()
        assert (bytes(got_envelope), [bytes(blob) for blob in got_blobs]) == (envelope, blobs)


def test_a_frame_that_comes_byte_by_byte_is_read_whole(peer: Peer) -> None:
    data = head(5, 2, 3, 0) + b"hello" + b"abc"
    ours, _ = peer(f"for byte in {data!r}:\n    sock.sendall(bytes([byte])); time.sleep(0.001)\ntime.sleep(20)")
    envelope, blobs = SocketChannel(ours).receive()
    assert (bytes(envelope), [bytes(blob) for blob in blobs]) == (b"hello", [b"abc", b""])


def test_a_peer_that_ends_closes_the_line(peer: Peer) -> None:
    ours, _ = peer("sys.exit()")
    with pytest.raises(WireClosed):
        SocketChannel(ours).receive()


def test_a_peer_that_is_killed_in_the_middle_of_a_frame_closes_the_line(peer: Peer) -> None:
    ours, process = peer("sock.sendall(b'GG1\\n' + bytes(4)); time.sleep(60)")
    assert ours.recv(1) == b"G"  # it is there and has said something
    process.kill()
    with pytest.raises(WireClosed):
        SocketChannel(ours)._read(1000)


def test_sending_to_a_peer_that_has_gone_closes_the_line(peer: Peer) -> None:
    ours, process = peer("sys.exit()")
    process.wait()
    channel = SocketChannel(ours)
    with pytest.raises(WireClosed):
        channel.send(b"x" * (1 << 20), [b"y" * (8 << 20)])


@pytest.mark.parametrize("cut", [0, 1, 3, 4, 11, 12, 19, 20, 27, 28, 30, 32, 34])
def test_a_frame_cut_short_anywhere_closes_the_line(pair: tuple[socket.socket, socket.socket], cut: int) -> None:
    ours, theirs = pair
    theirs.sendall((head(4, 2, 2, 1) + b"words"[:4] + b"ab" + b"c")[:cut])
    theirs.close()
    with pytest.raises(WireClosed):
        SocketChannel(ours).receive()


@pytest.mark.parametrize("magic", [b"GG2\n", b"GG1\0", b"\0\0\0\0", b"HTTP", b"GET ", b"\x80\x04\x95\x00"])
def test_a_frame_with_the_wrong_first_bytes_is_refused(pair: tuple[socket.socket, socket.socket], magic: bytes) -> None:
    ours, theirs = pair
    theirs.sendall(magic + bytes(60))
    with pytest.raises(WireError, match="wrong bytes"):
        SocketChannel(ours).receive()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (head(CEILINGS.envelope + 1, 0), "envelope"),
        (head(2**32 - 1, 0), "envelope"),
        (head(0, CEILINGS.blobs + 1), "blobs"),
        (head(0, 2**32 - 1), "blobs"),
        (head(2**32 - 1, 2**32 - 1), "envelope"),
        (head(0, 1, CEILINGS.blob_bytes + 1), "bytes of tensors"),
        (head(0, 1, 2**64 - 1), "bytes of tensors"),
        (head(0, 2, CEILINGS.blob_bytes, 1), "bytes of tensors"),
        (head(0, 3, 2**63, 2**63, 2**63), "bytes of tensors"),
    ],
)
def test_absurd_lengths_are_refused_before_anything_is_allocated(
    pair: tuple[socket.socket, socket.socket], data: bytes, words: str
) -> None:
    ours, theirs = pair
    theirs.sendall(data)
    tracemalloc.start()
    try:
        with pytest.raises(WireError, match=words):
            SocketChannel(ours).receive()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200_000


@pytest.mark.parametrize("sizes", [(100, []), (0, [1000]), (100, [500, 500]), (1, [0, 0, 0]), (0, [1, 998, 1])])
def test_a_frame_right_at_the_ceilings_is_fine(
    pair: tuple[socket.socket, socket.socket], sizes: tuple[int, list[int]]
) -> None:
    ours, theirs = pair
    envelope, blobs = b"e" * sizes[0], [b"b" * size for size in sizes[1]]
    SocketChannel(theirs, _SMALL).send(envelope, blobs)
    got_envelope, got_blobs = SocketChannel(ours, _SMALL).receive()
    assert (bytes(got_envelope), [bytes(blob) for blob in got_blobs]) == (envelope, blobs)


@pytest.mark.parametrize("sizes", [(101, []), (0, [1001]), (100, [500, 501]), (1, [0, 0, 0, 0])])
def test_a_frame_over_a_ceiling_is_neither_sent_nor_read(
    pair: tuple[socket.socket, socket.socket], sizes: tuple[int, list[int]]
) -> None:
    ours, theirs = pair
    envelope, blobs = b"e" * sizes[0], [b"b" * size for size in sizes[1]]
    with pytest.raises(WireError):
        SocketChannel(theirs, _SMALL).send(envelope, blobs)
    with pytest.raises(WireError):
        check_sizes(len(envelope), [len(blob) for blob in blobs], _SMALL)
    ours.setblocking(False)
    with pytest.raises(BlockingIOError):
        ours.recv(1)  # not one byte of it left
    ours.settimeout(10)
    SocketChannel(theirs).send(envelope, blobs)  # a side with other ceilings
    with pytest.raises(WireError):
        SocketChannel(ours, _SMALL).receive()


def test_closing_a_channel_closes_its_socket(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    SocketChannel(ours).close()
    with pytest.raises(WireClosed):
        SocketChannel(theirs).receive()
    with pytest.raises(WireClosed):
        SocketChannel(ours).receive()
