"""Changes to what a guest says that keep its form: other values, other kinds, parts twice or left out, frames moved.

Changing single bytes seldom gets past the lengths of a frame; this gets past them every time.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec

from grader.wire.frames import MAGIC

_HEAD = struct.Struct("<4sII")
_LEAVES: list[Any] = [
    *(None, True, False, 0, 1, 2, 3, 4, 5, 6, -1, 7, 17, 100_001, 2**31, 2**62, 2**63 - 1, -(2**63), 2**64 - 1),
    *(0.0, -0.5, float("nan"), float("inf"), b"", b"raw"),
    *("", "x", "Thing", "x" * 400, "\0\x1b[31m", "0x1f", "cpu", "cuda"),
    *("bool", "int64", "uint8", "float16", "float32", "float64", "complex64", "bfloat16", "float8", "torch.load"),
    *("returned", "raised", "ready", "loaded", "callback", "answer", "do"),
    *(["l", []], ["t", [1], "T", ["a"]], ["d", ["a", "a"], [1, 2]], ["i", "-0xff"], ["y", "int8"], ["o", "words"]),
    *(["g", 0, 3], ["h", 7, "T"], ["h", -1], ["h", 0], ["p", "torch.load"], ["c", 0]),
    *(["k", number] for number in range(6)),
    *(["x", 0, kind, [2], "cpu", True] for kind in ("float64", "complex64", "int64")),
    *(["x", 0, "float64", shape, "cpu", False, None, 1, [1, 2]] for shape in ([], [0], [2, 3], [1 << 32, 1 << 32])),
]  # fmt: skip


def mutated(stream: bytes, random: Random) -> bytes:
    """A stream of frames with a change or two; the stream itself when it holds no frame."""
    frames = frames_of(stream)
    for _ in range(random.randint(1, 3)) if frames else ():
        at = random.randrange(len(frames))
        words, blobs = frames[at]
        match random.randrange(8):
            case 0:
                frames[at:at] = [frames[random.randrange(len(frames))]]
            case 1:
                frames[at], frames[-1] = frames[-1], frames[at]
            case 2 if blobs:
                blobs[random.randrange(len(blobs))] = random.randbytes(random.choice([0, 1, 8, 16, 48, 5056]))
            case 3:
                blobs.append(random.randbytes(random.choice([0, 8, 16, 24, 48])))
            case _:
                frames[at] = (_with_another_part(words, random), blobs)
    return b"".join(framed(words, blobs) for words, blobs in frames) or stream


def frames_of(stream: bytes) -> list[tuple[bytes, list[bytes]]]:
    """The whole frames at the beginning of a stream."""
    found = []
    while len(stream) >= _HEAD.size and stream[:4] == MAGIC:
        _, length, count = _HEAD.unpack_from(stream)
        start = _HEAD.size + 8 * min(count, 1000)
        if len(stream) < start:
            break
        lengths = struct.unpack_from(f"<{(start - _HEAD.size) // 8}Q", stream, _HEAD.size)
        if start + length + sum(lengths) > len(stream):
            break
        words, stream = stream[start : start + length], stream[start + length :]
        blobs = []
        for size in lengths:
            blobs.append(stream[:size])
            stream = stream[size:]
        found.append((words, blobs))
    return found


def framed(words: bytes, blobs: Sequence[bytes]) -> bytes:
    """One frame, its lengths as they should be."""
    lengths = struct.pack(f"<{len(blobs)}Q", *map(len, blobs))
    return _HEAD.pack(MAGIC, len(words), len(blobs)) + lengths + words + b"".join(blobs)


def _with_another_part(words: bytes, random: Random) -> bytes:
    try:
        whole = [msgspec.msgpack.decode(words)]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return words
    places = list(_places(whole))
    part, key = random.choice(places)
    match random.randrange(8):
        case 0 if isinstance(part, list) and len(part) > 1:
            del part[key]
        case 1 if isinstance(part, list):
            part.insert(key, part[key])
        case 2:
            part[key] = ["l", [part[key]] * random.choice([1, 2, 300])]
        case 3:
            other, at = random.choice(places)
            part[key] = other[at]
        case 4:
            part[key] = random.choice(_LEAVES)
        case _:
            alike = [leaf for leaf in _LEAVES if type(leaf) is type(part[key])]
            part[key] = random.choice(alike or _LEAVES)
    try:
        return msgspec.msgpack.encode(whole[0])
    except (ValueError, RecursionError, OverflowError, TypeError):
        return words


def _places(part: Any) -> Any:
    """(container, key) of every part."""
    for key in range(len(part)) if isinstance(part, list) else list(part):
        yield part, key
        if isinstance(part[key], (list, dict)):
            yield from _places(part[key])
