"""System calls that a guest may not make: refused with EPERM by a filter that the kernel runs.

The filter is compiled once, in the guest parent; each guest installs the finished program with one call. It is a list
of refusals and not of permissions, because torch and Python need most of what remains; what it refuses are the ways to
new rights, to other processes, to the network and to memory that no limit counts.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from typing import Final

from grader.guest.enter import WallError

REFUSED: Final = (
    # other processes
    *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "pidfd_open", "kcmp", "process_madvise"),
    # mounts and namespaces
    *("mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "open_tree", "move_mount", "fsopen", "fsconfig"),
    *("fsmount", "fspick", "mount_setattr", "name_to_handle_at", "open_by_handle_at", "mknod", "mknodat"),
    # the kernel's machinery
    *("bpf", "perf_event_open", "io_uring_setup", "io_uring_enter", "io_uring_register", "userfaultfd", "syslog"),
    *("add_key", "request_key", "keyctl", "init_module", "finit_module", "delete_module", "kexec_load", "reboot"),
    *("swapon", "swapoff", "acct", "quotactl", "fanotify_init", "fanotify_mark", "personality", "vmsplice"),
    *("io_setup", "mq_open", "modify_ldt", "kexec_file_load", "settimeofday", "clock_settime", "clock_adjtime"),
    *("adjtimex", "mbind", "set_mempolicy", "migrate_pages", "move_pages"),
    # the network: the one socket that a guest holds was made by the host
    *("socket", "socketpair", "bind", "connect", "listen", "accept", "accept4"),
    # memory that RLIMIT_DATA doesn't count
    *("memfd_create", "memfd_secret", "shmget", "semget", "msgget"),
    # what one guest could see of another in the files that all share
    *("inotify_init", "inotify_init1", "flock"),
)

_ONLY_X86_64 = {"mknod", "inotify_init"}
_NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
_MAP_SHARED, _MAP_ANONYMOUS = 0x01, 0x20
_F_SETLEASE, _F_GETLEASE, _F_NOTIFY = 1024, 1025, 1026
_X32 = 0x40000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_SECCOMP_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_RET_ALLOW, _RET_ERRNO = 0x7FFF0000, 0x00050000
_LOAD_WORD, _JUMP_GE, _RETURN = 0x20, 0x35, 0x06

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def compile_filters() -> list[bytes]:
    """The finished programs. Raises WallError on a machine whose system calls we don't know."""
    import seccompy  # here, because it exists on Linux only and this module is imported everywhere

    def has_all(argument: int, bits: int) -> seccompy.ArgCmp:
        return seccompy.ArgCmp(argument, seccompy.CmpOp.MASKED_EQ, bits, mask=bits)

    known = platform.machine() == "x86_64"
    refusals = seccompy.Filter(seccompy.Action.ALLOW)
    try:
        for name in REFUSED:
            if known or name not in _ONLY_X86_64:
                refusals.errno(name, errno.EPERM)
        for bit in range(32):
            if (1 << bit) & _NEW_NAMESPACES:
                refusals.errno("clone", errno.EPERM, args=[has_all(0, 1 << bit)])
        for command in (_F_NOTIFY, _F_SETLEASE, _F_GETLEASE):
            refusals.errno("fcntl", errno.EPERM, args=[seccompy.ArgCmp(1, seccompy.CmpOp.EQ, command)])
        refusals.errno("clone3", errno.ENOSYS)  # its flags can't be read from here; libc falls back to clone
        refusals.errno("mmap", errno.EPERM, args=[has_all(3, _MAP_SHARED | _MAP_ANONYMOUS)])
        return [refusals.program, *([_no_x32()] if known else [])]
    except (seccompy.SeccompError, KeyError, ValueError) as unknown:
        raise WallError(f"the system-call filter can't be made for {platform.machine()}: {unknown}") from unknown


def install(programs: list[bytes], *, every_thread: bool = False) -> None:
    """Put the filters in force for this process and all it starts. They can't be taken off. Raises WallError.

    Without `every_thread` they hold for the calling thread (which must be the only one) and those it starts.
    """
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise WallError(f"forbidding new privileges: {os.strerror(ctypes.get_errno())}")
    for program in programs:
        kept = ctypes.create_string_buffer(program, len(program))
        wrapped = _Program(len(program) // 8, ctypes.addressof(kept))
        if every_thread:
            refused = _libc.syscall(_seccomp_number(), _SECCOMP_SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(wrapped))
        else:
            refused = _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(wrapped), 0, 0)
        if refused != 0:  # less than 0: the kernel won't; more: the number of a thread that can't have it
            raise WallError(f"the system-call filter: {os.strerror(ctypes.get_errno())}")


def _seccomp_number() -> int:
    """The number of seccomp(2), for which libc has no function."""
    try:
        return {"x86_64": 317, "aarch64": 277}[platform.machine()]
    except KeyError:
        raise WallError(f"the system-call filter for all threads isn't known on {platform.machine()}") from None


def _no_x32() -> bytes:
    """Numbers with the x32 bit are the same calls under other names: as if the kernel knew none of them."""
    return b"".join(
        struct.pack("<HBBI", *instruction)
        for instruction in (
            (_LOAD_WORD, 0, 0, 0),
            (_JUMP_GE, 0, 1, _X32),
            (_RETURN, 0, 0, _RET_ERRNO | errno.ENOSYS),
            (_RETURN, 0, 0, _RET_ALLOW),
        )
    )
