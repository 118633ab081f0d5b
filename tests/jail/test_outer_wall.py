"""The outer wall alone, without the guest's own: what bubblewrap keeps out before a guest is forked."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.jail.outer import command, find_bwrap, outer_policy

pytestmark = pytest.mark.jail


def inside(program: str) -> Any:
    words = command(outer_policy(), find_bwrap(), [sys.executable, "-I", "-c", f"import json, os, socket\n{program}"])
    done = subprocess.run(words, env={}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_there_is_no_network_but_its_own_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = inside(
            f"""
def tried(action):
    try:
        return str(action())
    except OSError as error:
        return type(error).__name__
print(json.dumps({{
    "names": [name for _, name in socket.if_nameindex()],
    "host": tried(lambda: socket.create_connection(("127.0.0.1", {server.getsockname()[1]}), 2)),
    "world": tried(lambda: socket.create_connection(("192.0.2.1", 80), 2)),
}}))
"""
        )
    assert found == {"names": ["lo"], "host": "ConnectionRefusedError", "world": "OSError"}


def test_an_abstract_socket_of_the_host_is_not_there() -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0gradgym-outer-wall")
        server.listen()
        found = inside(
            """
try:
    socket.socket(socket.AF_UNIX).connect("\\0gradgym-outer-wall")
    print('"connected"')
except OSError as error:
    print(json.dumps(type(error).__name__))
"""
        )
    assert found == "ConnectionRefusedError"


def test_no_process_of_the_host_is_seen() -> None:
    found = inside("print(json.dumps([int(n) for n in os.listdir('/proc') if n.isdigit()]))")
    assert len(found) <= 3
    assert max(found) < 10


def test_the_host_has_another_name_there() -> None:
    assert inside("print(json.dumps(socket.gethostname()))") == "guest"


def test_a_file_of_the_host_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    assert inside(f"print(json.dumps(os.path.exists({str(tmp_path / 'secret')!r})))") is False


def test_the_root_folder_and_devices_cannot_be_written() -> None:
    """Guests of one parent share these: a file left there would be seen by the next."""
    found = inside(
        """
os.setresgid(65534, 65534, 65534) if os.getuid() == 0 else None
os.setresuid(65534, 65534, 65534) if os.getuid() == 0 else None
written = []
for folder in ("/", "/dev", "/usr", "/gradgym", "/gradgym/grader"):
    try:
        open(os.path.join(folder, "here"), "w").close()
        written.append(folder)
    except OSError:
        pass
print(json.dumps(written))
"""
    )
    assert found == []
