# ruff: noqa: F401
# What an attack may use. This text stands in place of the line "# prelude" in attack.py; WORLD is filled in.
import ctypes
import errno
import gc
import importlib
import io
import json
import mmap
import os
import re
import resource
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import torch

WORLD = {}
FIRST = not hasattr(sys, "attacked")  # a file is imported anew for every check; attack once
sys.attacked = True
SCRATCH = tempfile.gettempdir()
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


PLANTED = re.compile("planted[0-9a-f]{32}")


def tried(word):
    print("TRIED", word, flush=True)


def loot(what):
    print("LOOT", what, flush=True)


def leads_home(path):
    """Whether a folder leads to this Python: where that lies below /tmp, the way to it is there before any guest."""
    return f"{sys.prefix}/".startswith(f"{path.rstrip('/')}/")


def attempt(word, action, *args, **kwargs):
    """Do what must be refused: whatever comes of it is loot. Returns the refusal."""
    tried(word)
    try:
        got = action(*args, **kwargs)
    except Exception as refusal:
        return refusal
    loot(f"{word}: {str(got)[:300]}")
    return None


def look_through(text, where):
    """Loot, if something that was planted stands in it."""
    text = text.decode("latin-1") if isinstance(text, (bytes, bytearray)) else str(text)
    for found in set(PLANTED.findall(text)):
        loot(f"{where}: {found}")


def system_call(number, *args):
    """The result of a system call (-1 refused) and the name of its error."""
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args])
    return result, errno.errorcode.get(ctypes.get_errno(), "0")


def refused(word, number, *args, by=("EPERM",)):
    """Make a system call that must be refused with one of these errors."""
    tried(word)
    result, error = system_call(number, *args)
    if result != -1 or (by and error not in by):
        loot(f"{word}: {result} {error}")
    return error


def in_child(action):
    """Run `action` in a forked child; its exit code, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = action() or 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def every_file(folder):
    for place, _, files in os.walk(folder):
        yield from (os.path.join(place, name) for name in files)


def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
