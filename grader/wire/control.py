"""The line between our own processes (host, examiner, guest parent).

Small JSON messages with file descriptors attached.

No student code is ever at either end of it.
"""

from __future__ import annotations

import array
import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

_LENGTH = struct.Struct("<I")
_MAX_FDS = 8
_MAX_BYTES = 64 << 20


class Control:
    """JSON messages over a connected Unix stream socket. `receive` returns None when the other end has closed."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def fileno(self) -> int:
        return self.sock.fileno()

    def is_closed(self) -> bool:
        """Whether the other end has closed, as far as can be seen without waiting."""
        try:
            return self.sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def send(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        data = json.dumps(message).encode()
        whole = _LENGTH.pack(len(data)) + data
        sent = 0
        if fds:
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
            sent = self.sock.sendmsg([whole], rights)
        if sent < len(whole):  # (an empty send fails where the other end has read all and closed)
            self.sock.sendall(whole[sent:])

    def receive(self) -> tuple[dict[str, Any], list[int]] | None:
        head, fds, _, _ = socket.recv_fds(self.sock, _LENGTH.size, _MAX_FDS)
        while 0 < len(head) < _LENGTH.size:
            part = self.sock.recv(_LENGTH.size - len(head))
            if not part:
                return None
            head += part
        if not head:
            return None
        (length,) = _LENGTH.unpack(head)
        if length > _MAX_BYTES:
            raise ValueError(f"a control message announces {length} bytes")
        data = bytearray()
        while len(data) < length:
            part = self.sock.recv(min(length - len(data), 1 << 20))
            if not part:
                return None
            data += part
        return json.loads(data), fds

    def close(self) -> None:
        self.sock.close()
