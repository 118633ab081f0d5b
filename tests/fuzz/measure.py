"""What reading a frame costs: prints {name: bytes}, the most by which a process grew that read it.

Run by test_memory.py. Each frame is read in a fork of its own, as an examiner reads it.
"""

from __future__ import annotations

import gc
import json
import os
import struct
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import targets

from grader.host.session import Session
from grader.wire.ceilings import CEILINGS
from grader.wire.frames import MAGIC, SocketChannel

ENVELOPE = CEILINGS.envelope // 4  # of which all is clear, and quick
LONG_LIST = b"\xdd"  # in msgpack; its number of items follows in four bytes

# name: the smallest part of its kind
PARTS: dict[str, Any] = {
    "nothing": None,
    "whole_numbers": 300,
    "texts": "x",
    "long_ints": ["i", "0"],
    "words": ["o", "x"],
    "lists": ["l", []],
    "tuples": ["t", []],
    "dicts": ["d", [], []],
    "handles": ["h", 5],
    "tensors": ["x", 0, "f", [], "", False],
}
# name: (a message, where in it -1 stands for the many, one of the many)
PLACES: dict[str, tuple[Any, Any]] = {
    "bases": ({"type": "raised", "type_name": "E", "message": "", "bases": -1}, ""),
    "missing": ({"type": "ready", "missing": -1}, "x"),
    "changes": ({"type": "returned", "changed": -1}, {"known": 1, "value": ["g", 0, 1]}),
    "shares": ({"type": "returned", "value": ["x", 0, "bool", [], "", False, None, 0, -1]}, 5),
    **{name: ({"type": "returned", "value": ["l", -1]}, part) for name, part in PARTS.items()},
}
BLOBS = {"one_blob": [CEILINGS.blob_bytes], "many_blobs": [CEILINGS.blob_bytes // CEILINGS.blobs] * CEILINGS.blobs}


def envelope(message: Any, part: Any) -> bytes:
    """As many parts as there is room for."""
    words, one = msgspec.msgpack.encode(message), msgspec.msgpack.encode(part)
    before, _, after = words.partition(b"\xff")
    count = (ENVELOPE - len(words) - 4) // len(one)
    return before + LONG_LIST + struct.pack(">I", count) + one * count + after


def frames() -> Iterator[tuple[str, bytes]]:
    for name, (message, part) in PLACES.items():
        words = envelope(message, part)
        yield name, struct.pack("<4sII", MAGIC, len(words), 0) + words
    for name, lengths in BLOBS.items():
        yield name, struct.pack(f"<4sII{len(lengths)}Q", MAGIC, 0, len(lengths), *lengths)


def read(stream: bytes) -> None:
    there = Session(SocketChannel(targets.Said(stream, step=0)))  # type: ignore[arg-type]
    try:
        there.begin(0) if b"ready" in stream[:40] else there.module.f()
    except targets.ENDS:
        return


def most() -> int:
    """The largest resident size of this process so far."""
    with open("/proc/self/status") as status:
        (line,) = [line for line in status if line.startswith("VmHWM")]
        return int(line.split()[1]) * 1024


def growth(work: Callable[[], None]) -> int:
    """How many bytes a fork of this process grows by at most while it works."""
    there, here = os.pipe()
    if os.fork() == 0:
        before = most()
        work()
        os.write(here, str(most() - before).encode())
        os._exit(0)
    os.close(here)
    with os.fdopen(there) as said:
        answer = said.read()
    os.wait()
    return int(answer)


def main() -> None:
    gc.disable()  # as in an examiner
    print(json.dumps({name: growth(lambda stream=stream: read(stream)) for name, stream in frames()}))


if __name__ == "__main__":
    main()
