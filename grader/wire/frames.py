"""Length-prefixed frames over a stream socket: a small envelope and raw blobs (the bytes of tensors).

    magic "GG1\\n" | envelope length u32 | number of blobs u32 | blob lengths u64 each | envelope | blobs

Every length is compared with its ceiling before a byte is allocated for it.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from typing import Protocol

from grader.wire.ceilings import CEILINGS, Ceilings
from grader.wire.errors import WireClosed, WireError

MAGIC = b"GG1\n"
_HEAD = struct.Struct("<4sII")
_AHEAD = 8 << 10  # most frames are shorter: read with one call
_TOGETHER = 64 << 10  # up to here a frame is copied together, and sent with one call

Frame = tuple[bytes | bytearray, Sequence[bytes | bytearray]]


class Channel(Protocol):
    """One end of the wire: whole frames in, whole frames out."""

    def send(self, envelope: bytes, blobs: Sequence[bytes]) -> None: ...

    def receive(self) -> Frame: ...


class SocketChannel:
    """A channel over a connected stream socket.

    Raises WireClosed when the other side has gone, WireError when it breaks the format.
    """

    def __init__(self, sock: socket.socket, ceilings: Ceilings = CEILINGS) -> None:
        self._sock = sock
        self._ceilings = ceilings
        self._ahead = bytearray(_AHEAD)  # what has come and was not asked for yet: from `_start` to `_end`
        self._start = self._end = 0

    def send(self, envelope: bytes, blobs: Sequence[bytes]) -> None:
        check_sizes(len(envelope), [len(blob) for blob in blobs], self._ceilings)
        lengths = struct.pack(f"<{len(blobs)}Q", *map(len, blobs))
        head = _HEAD.pack(MAGIC, len(envelope), len(blobs)) + lengths + envelope
        parts = [head, *blobs]
        if sum(map(len, parts)) <= _TOGETHER:
            parts = [b"".join(parts)]
        try:
            for part in parts:
                self._sock.sendall(part)
        except OSError as gone:
            raise WireClosed(str(gone)) from gone

    def receive(self) -> Frame:
        magic, envelope_length, count = _HEAD.unpack(self._read(_HEAD.size))
        if magic != MAGIC:
            raise WireError("a frame begins with the wrong bytes")
        check_sizes(envelope_length, [], self._ceilings)
        if count > self._ceilings.blobs:
            raise WireError(f"a frame announces {count} blobs")
        lengths = struct.unpack(f"<{count}Q", self._read(8 * count)) if count else ()
        check_sizes(envelope_length, lengths, self._ceilings)
        envelope = self._read(envelope_length)
        return envelope, [self._read(length) for length in lengths]

    def close(self) -> None:
        self._sock.close()

    def _read(self, length: int) -> bytearray:
        start, end = self._start, self._start + length
        if end <= self._end:
            self._start = end
            return self._ahead[start:end]
        data = bytearray(length)
        view = memoryview(data)
        while view:
            if self._start < self._end:
                got = min(len(view), self._end - self._start)
                view[:got] = self._ahead[self._start : self._start + got]
                self._start += got
            elif len(view) < _AHEAD:
                self._start, self._end = 0, self._receive_into(memoryview(self._ahead))
                continue
            else:
                got = self._receive_into(view)
            view = view[got:]
        return data

    def _receive_into(self, view: memoryview) -> int:
        try:
            got = self._sock.recv_into(view)
        except OSError as gone:
            raise WireClosed(str(gone)) from gone
        if got == 0:
            raise WireClosed("the other side closed the line")
        return got


def check_sizes(envelope: int, blobs: Sequence[int], ceilings: Ceilings) -> None:
    """Raise WireError when a frame of these sizes is over a ceiling."""
    if envelope > ceilings.envelope:
        raise WireError(f"an envelope of {envelope} bytes is over the ceiling of {ceilings.envelope}")
    if len(blobs) > ceilings.blobs:
        raise WireError(f"{len(blobs)} blobs are over the ceiling of {ceilings.blobs}")
    if sum(blobs) > ceilings.blob_bytes:
        raise WireError(f"{sum(blobs)} bytes of tensors are over the ceiling of {ceilings.blob_bytes}")
