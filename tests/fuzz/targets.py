"""What is fuzzed, as functions of some bytes: `envelope`, `session`, `control`, `source`.

Each returns for every input. What the other side may cause is caught here; whatever else comes out is a fault of ours.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch

from grader.checks.failure import CheckFailed, StudentRaised
from grader.guest.forbidden import Forbidden
from grader.guest.source import read_submission
from grader.host.proxy import Bound, Remote
from grader.host.session import Session
from grader.wire.ceilings import CEILINGS, Ceilings
from grader.wire.control import Control
from grader.wire.errors import WireClosed, WireError
from grader.wire.frames import SocketChannel
from grader.wire.messages import Callback, Load, Loaded, Raised, Ready, Returned, TensorV, ToHost, Value, decode_to_host
from grader.wire.values import Opaque, Reader

FRAME = Ceilings(envelope=1 << 16, blobs=64, blob_bytes=1 << 20)  # for speed: a head alone makes its reader allocate
# Faults that have a test of their own in test_hostile_conversations.py: not to be found again.
KNOWN = (
    "data set to a tensor that requires gradients",
    "more than one element of the written-to tensor",
    "which can't cross the wire: build it in kit.py",
)
ENDS = (WireError, WireClosed, StudentRaised, CheckFailed)
LOAD = Load("task", b"", None, ["f", "Thing"], [], [], "cpu")
RULES = Forbidden(
    ["torch.optim.*", "!torch.optim.SGD", "torch.Tensor.backward", "requires_grad=True"], ["torch", "math"]
)


def envelope(data: bytes) -> None:
    """An envelope and, behind its length, the bytes of its blobs: decoded, and every value in it read."""
    length = int.from_bytes(data[:2], "little")
    blobs = [data[2 + length :][start : start + 16] for start in range(0, len(data) - 2 - length, 16)]
    try:
        message = decode_to_host(data[2 : 2 + length])
        reader = Reader(blobs, _plain)
        for value in _values(message):
            look_at(reader.read(value))
    except WireError:
        return


def session(data: bytes) -> None:
    """All that a guest ever says, as one stream: the first byte chooses what it is asked first, the second the drip."""
    first, step, said = data[:1], data[1:2], data[2:]
    there = Session(SocketChannel(Said(said, step=step[0] if step else 0), FRAME))  # type: ignore[arg-type]
    questions = list(_questions(there))
    for question in questions[first[0] % len(questions) if first else 0 :]:
        try:
            question()
        except (StudentRaised, CheckFailed):
            continue
        except (WireClosed, WireError):
            return
        except (RuntimeError, TypeError) as error:
            if not any(words in str(error) for words in KNOWN):
                raise
            return


def control(data: bytes) -> None:
    """A control message: one of ours, the end of the line, or a ValueError. (Only our own processes are there.)"""
    line = Control(Said(data, step=0))  # type: ignore[arg-type]
    try:
        while line.receive() is not None:
            pass
    except (ValueError, RecursionError):
        return


def source(data: bytes) -> None:
    """A submission: a program, or one sentence about what is wrong and where."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program, answer = read_submission("task", data, RULES)
    assert (program is None) == bool(answer.problem)
    assert answer.problem in ("", "text", "syntax", "forbidden")
    assert answer.message or not answer.problem
    assert answer.where is None or (answer.where.line >= 1 and len(answer.where.source) <= 300)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "envelope": envelope,
    "session": session,
    "control": control,
    "source": source,
}


class Said:
    """A socket whose other end has said all it will ever say (`step` bytes at a time; 0: as many as are asked for)."""

    def __init__(self, data: bytes, *, step: int) -> None:
        self._data = io.BytesIO(data)
        self._step = step or len(data) + 1

    def recv_into(self, view: memoryview) -> int:
        return self._data.readinto(view[: self._step])  # type: ignore[arg-type]

    def recv(self, most: int) -> bytes:
        return self._data.read(min(most, self._step))

    def recvmsg(self, most: int, *_: int) -> tuple[bytes, list[Any], int, None]:
        return self.recv(most), [], 0, None

    def sendall(self, data: bytes) -> None:
        assert len(data) <= CEILINGS.envelope

    def fileno(self) -> int:
        return -1


def _questions(there: Session) -> Iterator[Callable[[], None]]:
    """What a grading asks, in the order in which it asks."""
    numbers, generator = torch.arange(6, dtype=torch.float64).reshape(2, 3), torch.Generator()
    turned, leaf, wide = (
        torch.zeros(2, 3).T,
        torch.zeros(3, dtype=torch.float64, requires_grad=True),
        torch.zeros(1, dtype=torch.float64).expand(4),
    )
    seen: list[Any] = []

    def called_back(*args: Any, **names: Any) -> Any:
        seen.append((args, names))
        if args and isinstance(args[0], str):
            raise (CheckFailed if args[0] else ValueError)("no texts, please")
        return args[0] if args else turned

    def ask(op: str, *args: Any, **names: Any) -> Callable[[], None]:
        return lambda: look_at(there.do(op, 0, "f", args, names))

    def a_beginning() -> None:
        assert set(there.begin(0)) <= set(LOAD.provides)

    def a_thing() -> None:
        thing = there.do("call", 0, "Thing")
        if not isinstance(thing, Remote):
            return
        try:
            look_at(thing.name)
            for _, item in zip(range(4), thing, strict=False):
                look_at(item)
            look_at([len(thing), thing[0], thing + numbers, float(thing)])
        except (TypeError, ValueError, OverflowError, RecursionError):
            return  # what Python itself says to such a length or number: a check blames it on the value

    yield lambda: look_at(there.load(LOAD))
    yield a_beginning
    yield ask("method", numbers)
    yield ask("method", [numbers, turned], generator, {"key": (leaf, wide)}, f=called_back)
    yield ask("call", numbers, number=2.5)
    yield a_thing
    yield ask("get")
    yield ask("len")
    yield a_beginning
    yield ask("method", numbers, called_back, there.module.f)


def look_at(value: Any) -> None:
    """Use a value as a report would: all of it can be shown, and it is as large as the ceilings allow."""
    assert len(repr(value)[:100]) <= 100
    if isinstance(value, torch.Tensor):
        assert value.numel() <= CEILINGS.numel
        assert value.layout == torch.strided
        assert value.detach().sum() is not None
    elif isinstance(value, Opaque):
        assert len(value.text) <= 300
    elif isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            look_at(item)
    else:
        kinds = (str, int, float, type(None), torch.dtype, torch.Generator, Remote, Bound, Loaded)
        assert isinstance(value, kinds), type(value)


def _plain(value: Value, reader: Reader) -> object:
    """As a session reads what is its own, without the identities that only a session knows."""
    if isinstance(value, TensorV):
        return reader.tensor(value)
    raise WireError("a value of the wrong direction")


def _values(message: ToHost) -> Iterator[Value]:
    for change in getattr(message, "changed", []):
        yield change.value
    if isinstance(message, Returned):
        yield message.value
    if isinstance(message, Callback):
        yield from message.args
        yield from message.kwargs
    assert isinstance(message, (Loaded, Ready, Returned, Raised, Callback))
