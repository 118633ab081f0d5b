"""Every system call that the filter refuses, tried one by one in a process under the filter."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
from collections.abc import Callable

import pytest

from grader.guest.syscalls import REFUSED, compile_filters, install

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="system-call filters exist on Linux only")

_CLONE_NEWUSER, _CLONE_NEWNS, _SIGCHLD = 0x10000000, 0x20000, 17
_PROT_RW, _SHARED_ANONYMOUS, _PRIVATE_ANONYMOUS = 3, 0x21, 0x22


def _under_the_filter(action: Callable[[], object]) -> object:
    """What `action` returns in a forked process with the filter in force."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            install(compile_filters())
            os.write(into, json.dumps(action()).encode())
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as reader:
        said = reader.read()
    os.waitpid(child, 0)
    return json.loads(said)


def _errno_of(number: int, *args: int) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(arg) for arg in args))
    return ctypes.get_errno() if result == -1 else 0


def _number(name: str) -> int:
    seccompy = pytest.importorskip("seccompy")
    return int(seccompy.syscall_nr(name))


def test_each_refused_call_ends_with_permission_denied() -> None:
    numbers = {name: _number(name) for name in REFUSED}
    got = _under_the_filter(lambda: {name: _errno_of(number, 0, 0, 0, 0, 0, 0) for name, number in numbers.items()})
    assert got == dict.fromkeys(REFUSED, errno.EPERM)


def test_clone_into_new_namespaces_is_refused_and_clone3_does_not_exist() -> None:
    clone, clone3 = _number("clone"), _number("clone3")
    got = _under_the_filter(
        lambda: [
            _errno_of(clone, _CLONE_NEWUSER | _SIGCHLD, 0, 0, 0, 0),
            _errno_of(clone, _CLONE_NEWNS | _SIGCHLD, 0, 0, 0, 0),
            _errno_of(clone3, 0, 0),
        ]
    )
    assert got == [errno.EPERM, errno.EPERM, errno.ENOSYS]


def test_memory_that_no_limit_counts_is_refused_and_ordinary_memory_is_not() -> None:
    mmap = _number("mmap")
    got = _under_the_filter(
        lambda: [
            _errno_of(mmap, 0, 4096, _PROT_RW, _SHARED_ANONYMOUS, -1, 0),
            _errno_of(mmap, 0, 4096, _PROT_RW, _PRIVATE_ANONYMOUS, -1, 0),
        ]
    )
    assert got == [errno.EPERM, 0]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 exists on x86_64 only")
def test_the_same_calls_under_their_x32_numbers_do_not_exist() -> None:
    socket = _number("socket") | 0x40000000
    assert _under_the_filter(lambda: _errno_of(socket, 1, 1, 0)) == errno.ENOSYS


def test_threads_and_programs_still_start() -> None:
    def starts() -> list[object]:
        import subprocess
        import threading

        seen: list[object] = []
        thread = threading.Thread(target=lambda: seen.append("thread"))
        thread.start()
        thread.join()
        seen.append(subprocess.run(["true"], check=False).returncode)
        return seen

    assert _under_the_filter(starts) == ["thread", 0]
