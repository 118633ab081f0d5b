"""What a student sent: read with care, because what is collected from students may be anything."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from grader.notebooks.reading import MAX_BYTES

MAX_SOURCE = 256 << 10


@dataclass(frozen=True)
class Submission:
    """What a student sent: a name for the report and the bytes of the file.

    A name that ends in .ipynb says that the bytes are a notebook: what is graded is its code, and the report names
    cells.
    """

    name: str
    source: bytes

    @classmethod
    def from_file(cls, path: Path) -> Submission:
        """A file that somebody sent. Raises OSError for what can't be read, links and what is no plain file among it.

        Of a file that is too large, only so much is read that the grading can say so.
        """
        return cls(str(path), read_plain_file(path, (MAX_BYTES if path.suffix.lower() == ".ipynb" else MAX_SOURCE) + 1))

    @property
    def is_notebook(self) -> bool:
        return self.name.lower().endswith(".ipynb")


def read_plain_file(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a plain file. Raises OSError for a link, a pipe, a device, and what can't be read.

    What is collected from students may hold a link to anything that the instructor can read.
    """
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a link; send the file itself")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        return file.read(limit)
