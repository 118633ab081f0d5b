"""The wall tried from the inside: a guest runs a program that reaches for everything it should not have."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from typing import Any

from grader.host.processes import GuestParent
from grader.host.session import Session
from grader.jail.doctor import Finding
from grader.jail.policy import Inner
from grader.wire.frames import SocketChannel
from grader.wire.messages import Load

_PROGRAM = """
import os, socket, resource

def look(secret_file, port, parent):
    found = {}
    def tried(name, action):
        try:
            found[name] = str(action())
        except BaseException as error:
            found[name] = "refused: " + type(error).__name__
    tried("file", lambda: open(secret_file).read())
    tried("write", lambda: open("/usr/here", "w").write("x"))
    tried("connect", lambda: socket.create_connection(("127.0.0.1", port), 1))
    tried("socket", lambda: socket.socket(socket.AF_UNIX))
    tried("kill", lambda: os.kill(parent, 0))
    tried("limits", lambda: [resource.getrlimit(name)[0] for name in
          (resource.RLIMIT_DATA, resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE)])
    found["proc"] = sorted(os.listdir("/proc"))
    found["pid"] = os.getpid()
    found["uid"] = os.getuid()
    found["environment"] = sorted(os.environ)
    found["descriptors"] = [fd for fd in range(64) if _is_open(fd)]
    return found

def _is_open(fd):
    try:
        os.fstat(fd)
        return True
    except OSError:
        return False
"""
_SECRET = "the hidden checks"


def inspect_wall() -> list[Finding]:
    """Put a guest behind the wall and let it try. Raises NoWall or ProcessTrouble when the wall doesn't go up."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        secret = Path(folder, "secret.txt")
        secret.write_text(_SECRET)
        os.environ["GRADGYM_DOCTOR"] = _SECRET
        try:
            found = _from_inside(str(secret), server.getsockname()[1])
        finally:
            del os.environ["GRADGYM_DOCTOR"]
    return list(_findings(found))


def _from_inside(secret: str, port: int) -> dict[str, Any]:
    guests, guest = GuestParent(walled=True), None
    try:
        guests.ready()
        guest = guests.spawn(Inner())
        with guest.wire as wire:
            if wire.recv(1) != b"!":
                said = os.read(guest.err, 2000).decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
                return {"failed": said[-1]}
            session = Session(SocketChannel(wire))
            allowed = ["os", "socket", "resource"]
            load = Load("doctor", _PROGRAM.encode(), None, ["look"], [], allowed, "cpu")
            session.load(load)
            session.begin(0)
            found: dict[str, Any] = session.module.look(secret, port, os.getpid())
            return found
    finally:
        if guest is not None:
            guest.close()
        guests.close()


def _findings(found: dict[str, Any]) -> list[Finding]:
    if "failed" in found:
        remedy = "This machine refuses a namespace or a mount to ordinary users. Use another machine or kernel setting."
        return [Finding("inner wall", False, f"a guest could not build it: {found['failed']}", remedy)]
    refused = {name for name, said in found.items() if isinstance(said, str) and said.startswith("refused")}

    def layer(name: str, holds: bool, well: str, badly: str) -> Finding:
        return Finding(
            name, holds, well if holds else badly, "" if holds else "Please report this: the wall has a hole here."
        )

    return [
        layer("files", "file" in refused, "host files can't be seen", "a host file was read"),
        layer("read-only", "write" in refused, "the system's folders can't be written", "a system folder was written"),
        layer(
            "network",
            "connect" in refused,
            "no connection leaves a guest, not even to this machine",
            "a connection was made",
        ),
        layer(
            "processes",
            found["pid"] == 1 and "kill" in refused,
            "a guest sees no process but its own",
            "other processes can be seen",
        ),
        layer("proc", found["proc"] == [], "/proc is empty", f"/proc shows {found['proc'][:5]}"),
        layer(
            "account", found["uid"] not in (0,), f"runs as account {found['uid']}, without capabilities", "runs as root"
        ),
        layer(
            "environment",
            "GRADGYM_DOCTOR" not in found["environment"],
            "nothing of the host's environment",
            "it is inherited",
        ),
        layer(
            "descriptors",
            found["descriptors"] == [0, 1, 2, 3],
            "four descriptors, no more",
            f"open: {found['descriptors']}",
        ),
        layer(
            "limits",
            "-1" not in str(found["limits"]).split(),
            "memory, processes, files and file size are limited",
            "a limit is missing",
        ),
        layer("system calls", "socket" in refused, "filtered: no sockets, traces, mounts, keys, ...", "not filtered"),
    ]
