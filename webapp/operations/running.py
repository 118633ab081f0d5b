"""One `gradgym serve` an installation: a lock on its folder, which the kernel lets go when the process ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Somebody else holds the installation. The message ends with the next step."""


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the installation in this folder. Raises AlreadyRunning."""
    descriptor = os.open(folder / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise AlreadyRunning(f"`gradgym serve` runs on {folder} already: stop that one first.") from held
        yield
    finally:
        os.close(descriptor)
