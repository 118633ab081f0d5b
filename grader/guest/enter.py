"""The inner wall, built by a forked guest around itself before it reads a byte of the student's file.

Namespaces of its own (user, pid, mount, ipc), small tmpfs folders, an empty /proc, resource limits, no capabilities.
Every step must succeed: a guest that can't build its wall ends with WALL_FAILED and grades nothing.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from grader.guest.fork import fork
from grader.wire.control import Control

WALL_FAILED: Final = 97

_CLONE_NEWNS, _CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWPID = 0x20000, 0x8000000, 0x10000000, 0x20000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_REC, _MS_PRIVATE = 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_CAP_HEADER_V3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


class WallError(Exception):
    """A step of the wall was refused by this machine. The message names the step."""


def become_nobody(uid: int = 65534) -> None:
    """As root: give the account up for good, so that nothing later runs with root's rights."""
    if os.getuid() != 0:
        return
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def own_pid_namespace() -> None:
    """Continue as process 1 of a pid namespace (and as the ruler of a user namespace) of our own.

    The caller's process only waits.
    """
    _unshare(_CLONE_NEWUSER | _CLONE_NEWPID | _CLONE_NEWNS, "user, pid and mount namespaces")
    _map_myself()
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    die_with_parent()


class PidNamespaces:
    """Lets a parent fork each child as process 1 of a fresh pid namespace, again and again.

    unshare(CLONE_NEWPID) concerns the next fork only, and setns with our own namespace takes it back.
    """

    def __init__(self) -> None:
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self) -> int:
        _unshare(_CLONE_NEWPID, "a pid namespace")
        child = fork()
        if child:
            _check(_libc.setns(self._own, _CLONE_NEWPID), "going back to the parent's pid namespace")
        return child


def enter(policy: dict[str, Any]) -> None:
    """Build the wall around this process. `policy` is grader.jail.policy.Inner as plain data. Raises WallError."""
    _own_namespaces()
    _mount_over(policy)
    os.chdir(policy["scratch"][0])
    drop_capabilities()


class EnterInTwo:
    """The same wall for a process that starts threads before it knows its policy.

    Capabilities belong to a thread, and nobody can take them from another one: so this process gives all of them up at
    once, and a child, which waits, keeps the right to mount until `finish`. (The namespaces need a process of one
    thread. And a device's context is made in between, because the driver reads the /proc that `finish` empties.)
    """

    def __init__(self) -> None:
        _own_namespaces()
        ours, theirs = socket.socketpair()
        self._line = Control(ours)
        self._child = os.fork()
        if self._child == 0:
            _mount_when_told(Control(theirs))
        theirs.close()
        drop_capabilities()

    def finish(self, policy: dict[str, Any]) -> None:
        """The folders of this policy; the child is gone when this returns. Raises WallError."""
        self._line.send(policy)
        answer = self._line.receive()
        self._line.close()
        _, status = os.waitpid(self._child, 0)
        if answer is None or status != 0:
            raise WallError(answer[0]["failed"] if answer else "the process that mounts folders has died")
        os.chdir(policy["scratch"][0])


def _mount_when_told(line: Control) -> NoReturn:
    status = WALL_FAILED
    try:
        told = line.receive()
        if told is not None:
            _mount_over(told[0])
            status = 0
            line.send({"mounted": True})
    except BaseException as error:
        line.send({"failed": str(error)})
    finally:
        os._exit(status)


def join(group: Sequence[int]) -> None:
    """Enter the cgroup whose cgroup.procs this descriptor is (at most one, which is closed). Raises WallError."""
    for entry in group:
        try:
            os.write(entry, b"0")
        except OSError as refused:
            raise WallError(f"entering a cgroup (GRADGYM_CGROUP=off does without): {refused.strerror}") from refused
        finally:
            os.close(entry)


def keep_only(*fds: int) -> None:
    """Descriptor 0 is /dev/null, these become 1, 2, 3 and so on, and all others are closed."""
    null = os.open(os.devnull, os.O_RDONLY)
    high = [os.dup2(fd, 100 + index) for index, fd in enumerate((null, *fds))]
    for low, fd in enumerate(high):
        os.dup2(fd, low, inheritable=True)
    os.closerange(len(high), 4096)


def _own_namespaces() -> None:
    _unshare(_CLONE_NEWUSER | _CLONE_NEWNS | _CLONE_NEWIPC, "user, mount and ipc namespaces")
    _map_myself()
    _check(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "making mounts private")


def _mount_over(policy: dict[str, Any]) -> None:
    size = f"size={int(policy['tmp_mb'])}m,nr_inodes={int(policy['tmp_files'])},mode=0777".encode()
    for folder in policy["scratch"]:
        _mount_tmpfs(folder, size, _MS_NOSUID | _MS_NODEV)
    for folder in policy["emptied"]:
        _mount_tmpfs(folder, b"size=4k,nr_inodes=2,mode=0555", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC | _MS_RDONLY)


def limit(policy: dict[str, Any], data_in_use: int, cpu_used: int = 0) -> None:
    """Resource limits.

    RLIMIT_DATA counts from what the warm process already uses, RLIMIT_CPU from `cpu_used` (seconds). RLIMIT_AS is left
    alone, and on a device RLIMIT_DATA as well: drivers reserve address space.
    """
    memory = data_in_use + int(policy["memory_mb"]) * (1 << 20)
    limits = {
        resource.RLIMIT_CPU: int(policy["cpu_seconds"]) + cpu_used,
        resource.RLIMIT_NOFILE: int(policy["files"]),
        resource.RLIMIT_FSIZE: int(policy["file_mb"]) << 20,
        resource.RLIMIT_CORE: 1,  # none: 0 doesn't keep the kernel from piping one to a program of the host, 1 does
    }
    if policy["memory_mb"] and policy["device"] == "cpu":
        limits[resource.RLIMIT_DATA] = memory
    if policy["processes"]:
        limits[resource.RLIMIT_NPROC] = int(policy["processes"])
    for which, value in limits.items():
        _, hard = resource.getrlimit(which)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends (Linux only)."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def drop_capabilities() -> None:
    """No capability in any set, and none to be had from a set-user-id program."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    header = (ctypes.c_uint32 * 2)(_CAP_HEADER_V3, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()), "dropping capabilities")
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "forbidding new privileges")


def _mount_tmpfs(folder: str, options: bytes, flags: int) -> None:
    _check(_libc.mount(b"tmpfs", folder.encode(), b"tmpfs", flags, options), f"a tmpfs on {folder}")


def _map_myself() -> None:
    uid, gid = os.geteuid(), os.getegid()
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        try:
            file = os.open(f"/proc/self/{name}", os.O_WRONLY)
            try:
                os.write(file, text.encode())
            finally:
                os.close(file)
        except OSError as refused:
            raise WallError(f"writing {name}: {refused.strerror}") from refused


def _unshare(flags: int, what: str) -> None:
    _check(_libc.unshare(flags), what)


def _check(result: int, what: str) -> None:
    if result != 0:
        raise WallError(f"{what}: {os.strerror(ctypes.get_errno())}")
