"""A rehearsal in the guest parent: what Python and torch do only the first time, no guest does again.

The program is nobody's: it belongs to no exercise and to no student. Python specialises the code that it runs, which
writes to pages that every guest would otherwise have to copy after its fork.
"""

from __future__ import annotations

import socket
import struct

from grader.guest.runner import Runner
from grader.wire.frames import Frame, SocketChannel
from grader.wire.messages import (
    STUDENT,
    Begin,
    Do,
    HandleV,
    KnownV,
    ListV,
    Load,
    Returned,
    TensorV,
    ToGuest,
    ToHost,
    decode_to_host,
    encode,
)

_TIMES = 12
_PROGRAM = b'''"""Nothing in particular."""

import math
from collections.abc import Callable

import torch
from torch import Tensor


class Mover:
    """Moves tensors."""

    def __init__(self, tensors: list[Tensor], pace: float = 0.1) -> None:
        if pace < 0:
            raise ValueError(f"pace must be at least 0, got {pace}")
        self.tensors = tensors
        self.pace = pace
        self.moves = 0

    def move(self, by: list[Tensor | None]) -> None:
        self.moves += 1
        for tensor, change in zip(self.tensors, by):
            if change is not None:
                tensor.sub_(self.pace * change)


def scores(x: Tensor, weight: Tensor) -> tuple[Tensor, float]:
    """A product, a few functions, a number."""
    y = (x @ weight.T).exp().clamp(max=10.0)
    return torch.where(y > 1, y.log(), y.sqrt()) / (1 + y.abs().sum(-1, keepdim=True)), float(y.mean())


def refused(x: Tensor) -> Tensor:
    raise ValueError("not this one")
'''


def rehearse() -> None:
    """Load a program, import it and call it a few times, over a real socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        near, far = SocketChannel(ours), SocketChannel(theirs)
        runner = Runner(_nobody, guarded=False)

        def say(message: ToGuest, *blobs: bytes) -> ToHost:
            near.send(encode(message), blobs)
            envelope, answers = runner.handle(far.receive())
            far.send(bytes(envelope), [bytes(blob) for blob in answers])
            return decode_to_host(near.receive()[0])

        forbidden, imports = ["torch.optim.*"], ["torch", "math", "collections"]
        say(Load("rehearsal", _PROGRAM, None, ["Mover", "scores"], forbidden, imports, "cpu"))
        for turn in range(_TIMES):
            dtype, code = ("float64", "d") if turn % 2 else ("float32", "f")
            data = struct.pack(f"<4{code}", 1, 2, 3, 4)
            x, weight, by = (TensorV(at, dtype, [2, 2], "cpu", False, None, at + 1) for at in range(3))
            say(Begin(turn))
            made = say(Do("method", STUDENT, "Mover", [ListV([x, weight])], ["pace"], [0.5]), data, data)
            assert isinstance(made, Returned) and isinstance(made.value, HandleV)
            say(Do("method", made.value.handle, "move", [ListV([by, None])]), b"", b"", data)
            say(Do("get", made.value.handle, "moves"))
            say(Do("method", STUDENT, "scores", [KnownV(1), KnownV(2)]))
            say(Do("method", STUDENT, "refused", [KnownV(1)]))


def _nobody(frame: Frame) -> Frame:
    raise AssertionError("a rehearsal asks nothing")
