"""A warm process's memory, made ready for its forks: no holes among its objects, and huge pages.

With huge pages a fork copies a few page-table entries instead of a hundred thousand.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc

_HUGE = 2 << 20
_MADV_COLLAPSE = 25  # Linux 6.1; older kernels refuse it and nothing changes

# From large to small: what is left of a piece is taken by the sizes after it.
_SIZES = (65536, 16384, 4096, 2048, 1024, 768, 512, 384, 256, 192, 160, 128, 112, 96, 80, 64, 48, 32, 24)

_MALLINFO = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"

_libc = ctypes.CDLL(None)


class _Use(ctypes.Structure):
    """struct mallinfo2 of glibc: `keepcost` is what is free at the end of the heap."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in _MALLINFO.split())


def settle() -> None:
    """Leave this process's memory as is best for its forks: to be called once it holds all that they will share."""
    gc.collect()
    gc.freeze()
    _fill_holes()
    _collapse()


def _fill_holes() -> None:
    """Take every free piece of memory between the objects that exist now (all in all about 1 MB), for good.

    What a fork allocates then lies together at the end of the heap, instead of on a page here and a page there, each of
    which it would have to copy.
    """
    try:
        mallinfo, malloc, sbrk = _libc.mallinfo2, _libc.malloc, _libc.sbrk
    except AttributeError:
        return  # another C library
    mallinfo.restype = _Use
    malloc.restype = sbrk.restype = ctypes.c_size_t
    malloc.argtypes = [ctypes.c_size_t]
    end = sbrk(0) - mallinfo().keepcost
    for size in _SIZES:
        while 0 < malloc(size) < end:
            pass


def _collapse() -> None:
    """Gather this process's own memory into huge pages where the kernel can. (Not needed for anything but speed.)"""
    if not hasattr(_libc, "madvise"):
        return
    with contextlib.suppress(OSError), open("/proc/self/maps") as maps:
        for line in maps.readlines():
            span, rights, _, _, inode, *name = line.split()
            if not rights.startswith("rw") or inode != "0" or (name and name[0] != "[heap]"):
                continue
            start, end = (int(address, 16) for address in span.split("-"))
            start, end = (start + _HUGE - 1) // _HUGE * _HUGE, end // _HUGE * _HUGE
            if start < end:
                _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_COLLAPSE)
