"""A fork of a warm process that costs little: without the work that Python does around each fork.

`os.fork` has the child make the locks of logging and threading anew, and seed `random`. A child of a process that has
one thread only, and that seeds before anything is drawn, needs none of it, and it writes to three hundred pages that
parent and child would otherwise go on sharing.
"""

from __future__ import annotations

import ctypes
import os
import sys

_libc = ctypes.PyDLL(None)  # unlike CDLL it keeps the interpreter's lock, so that the child holds it as well


def fork() -> int:
    """Like os.fork, for a process of one thread. Raises OSError."""
    if sys.platform != "linux":
        return os.fork()
    child: int = _libc.fork()
    if child < 0:
        raise OSError("this machine can't fork another process now")
    return child
