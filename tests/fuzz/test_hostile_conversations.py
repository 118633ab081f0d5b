"""A whole conversation with a guest that says anything at all: it ends, in WireError or with plain values, soon."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.checks.failure import CheckFailed, StudentRaised
from grader.host.proxy import Remote
from grader.host.session import Session
from grader.wire.errors import WireClosed, WireError
from grader.wire.frames import MAGIC, SocketChannel
from grader.wire.messages import (
    BigIntV,
    Callback,
    CallbackV,
    Change,
    DictV,
    DtypeV,
    GeneratorV,
    HandleV,
    KnownV,
    Line,
    ListV,
    Load,
    Loaded,
    OpaqueV,
    PublicV,
    Raised,
    Ready,
    Returned,
    TensorV,
    ToHost,
    TupleV,
    encode,
)

SEEDS = [path.read_bytes() for path in sorted(Path(__file__).with_name("corpus").glob("session/*.bin"))]
PATIENCE = 20  # seconds: only a hang takes that long
ENDS = (WireError, WireClosed, StudentRaised, CheckFailed)


# Any bytes, and good bytes with something changed


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda data: data[:2] + MAGIC + data[2:]))
@example(b"\0\0" + MAGIC + b"\xff" * 100)
@example(b"\0\1" + MAGIC + struct.pack("<II", 0, 64) + struct.pack("<64Q", *[1 << 14] * 64))
def test_any_bytes_are_taken(targets: ModuleType, data: bytes) -> None:
    targets.session(data)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(SEEDS), st.data())
def test_a_good_conversation_with_changed_bytes_is_taken(targets: ModuleType, seed: bytes, draw: Any) -> None:
    data = bytearray(seed)
    for _ in range(draw.draw(st.integers(1, 5))):
        at = draw.draw(st.integers(0, len(data) - 1))
        cut = draw.draw(st.integers(0, 9))
        data[at : at + cut] = draw.draw(st.binary(max_size=9))
        data = data or bytearray(b"\0")
    targets.session(bytes(data))


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.sampled_from(SEEDS), st.integers(0, 9), st.integers(0, 2**32))
def test_a_good_conversation_with_changed_parts_is_taken(
    targets: ModuleType, mutation: ModuleType, seed: bytes, first: int, chance: int
) -> None:
    targets.session(bytes([first, 0]) + mutation.mutated(seed[2:], Random(chance)))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.sampled_from(SEEDS), st.integers(0, 6000), st.integers(1, 255))
def test_a_conversation_that_drips_and_breaks_off_is_taken(
    targets: ModuleType, seed: bytes, cut: int, drip: int
) -> None:
    targets.session(bytes([seed[0], drip]) + seed[2 : 2 + cut])


# Well-formed messages that mean harm, over a real socket pair

names = st.sampled_from(["", "f", "Thing", "x" * 5000, "ünï", "\x1b[2J", "StopIteration", "__class__"])
numbers = st.sampled_from([0, 1, 2, 3, 4, 5, 6, -1, 99, 2**31, 2**62, -(2**63), 2**63 - 1])
shapes = st.lists(st.sampled_from([0, 1, 2, 3, 4, 6, -1, 2**31, 2**62, 10**12]), max_size=18)
floats = st.sampled_from([0.0, -0.0, float("nan"), float("inf"), -float("inf"), 5e-324])
tensors = st.builds(
    TensorV,
    blob=st.integers(-1, 4),
    dtype=st.sampled_from(["float64", "float32", "int64", "bool", "complex128", "bfloat16", "load", "object"]),
    shape=shapes | st.sampled_from([[2, 3], [3, 2], [2], [], [0]]),
    device=names,
    requires_grad=st.booleans(),
    stride=st.none() | shapes,
    known=numbers,
    shares=st.lists(numbers, max_size=4),
)
generators = st.builds(GeneratorV, st.integers(-1, 4), numbers)
leaves = (
    st.sampled_from([None, True, False, 2**64 - 1, -(2**63)])
    | floats
    | names
    | tensors
    | generators
    | st.builds(KnownV, numbers)
    | st.builds(HandleV, numbers, names)
    | st.builds(BigIntV, st.sampled_from(["0x1", "-0xff", "", "zz", "f" * 5000, "0x" + "f" * 4000, " 0x1_0 "]))
    | st.builds(DtypeV, names | st.sampled_from(["float32", "load"]))
    | st.builds(OpaqueV, names)
    | st.builds(PublicV, names)
    | st.builds(CallbackV, numbers)
)
keys = st.lists(st.sampled_from(["a", "a", "b", "", "result", "kit", "x" * 5000]), max_size=4)
values = st.recursive(
    leaves,
    lambda inner: (
        st.builds(ListV, st.lists(inner, max_size=4))
        | st.builds(TupleV, st.lists(inner, max_size=3), names, st.lists(names, max_size=3))
        | st.builds(DictV, keys, st.lists(inner, max_size=4))
        | st.builds(lambda part, depth: _nested(part, depth), inner, st.sampled_from([1, 31, 32, 33, 60]))
    ),
    max_leaves=8,
)
changes = st.lists(st.builds(Change, numbers, tensors | generators), max_size=3)
lines = st.none() | st.builds(Line, numbers, names, names)
messages = (
    st.builds(Loaded, st.sampled_from(["", "syntax", "forbidden", "text", "else"]), names, lines)
    | st.builds(Ready, st.lists(names, max_size=3))
    | st.builds(Returned, values, changes)
    | st.builds(Returned, values)
    | st.builds(Raised, names, st.lists(names, max_size=3), names, lines, changes)
    | st.builds(Callback, numbers, st.lists(values, max_size=3), keys, st.lists(values, max_size=3), changes)
)
states = st.sampled_from([b"", bytes(8), bytes(16), bytes(48), bytes(5056), b"\xff" * 5056, b"\x7f\xf8" * 24])
frames = st.lists(st.tuples(messages, st.lists(states, max_size=4)), max_size=5)


def _nested(part: Any, depth: int) -> Any:
    for _ in range(depth):
        part = ListV([part])
    return part


def framed(message: ToHost, blobs: list[bytes]) -> bytes:
    words = encode(message)
    lengths = struct.pack(f"<{len(blobs)}Q", *map(len, blobs))
    return struct.pack("<4sII", MAGIC, len(words), len(blobs)) + lengths + words + b"".join(blobs)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 9), frames)
def test_well_formed_lies_are_taken(targets: ModuleType, first: int, said: list[tuple[ToHost, list[bytes]]]) -> None:
    targets.session(bytes([first, 0]) + b"".join(framed(message, blobs) for message, blobs in said))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(frames)
def test_a_lying_guest_on_a_socket_cannot_make_its_host_wait(
    targets: ModuleType, said: list[tuple[ToHost, list[bytes]]]
) -> None:
    """It says all it has before it is asked anything, reads nothing, and goes."""
    ours, theirs = socket.socketpair()
    with ours:
        ours.settimeout(PATIENCE)
        with theirs:
            theirs.sendall(b"".join(framed(message, blobs) for message, blobs in said)[:150_000])
        there = Session(SocketChannel(ours))
        x, before = torch.ones(2, 3), len(said)
        asked: list[Callable[[], object]] = [
            lambda: there.load(LOAD),
            lambda: there.begin(0),
            *[lambda: targets.look_at(there.module.f(x, lambda *args: None))] * (before + 1),
        ]
        for question in asked:
            try:
                question()
            except ENDS:
                continue


LOAD = Load("task", b"", None, ["f"], [], [], "cpu")


@pytest.mark.parametrize("count", [1, 1000])
def test_a_guest_that_asks_and_never_reads_is_no_reason_to_wait(count: int) -> None:
    """Answers to its calls pile up until its socket takes no more; then it is the host that waits.

    The host's clock ends such a guest, which closes the line: here a thread does that.
    """
    ours, theirs = socket.socketpair()
    call = framed(Callback(0), [])
    with ours, theirs:
        ours.settimeout(PATIENCE)
        there = Session(SocketChannel(ours))
        clock = threading.Timer(0.5, lambda: theirs.shutdown(socket.SHUT_RDWR))
        said = threading.Thread(target=lambda: _say(theirs, call * count))
        said.start()
        clock.start()
        with pytest.raises((WireError, WireClosed)):
            there.module.f(lambda: torch.zeros(20_000))
        clock.join()
        said.join()


def _say(sock: socket.socket, data: bytes) -> None:
    try:
        sock.sendall(data)
    except OSError:
        return


# What is known to go wrong


def answer(message: ToHost, blobs: list[bytes], targets: ModuleType) -> Session:
    return Session(SocketChannel(targets.Said(framed(message, blobs), step=0)))


@pytest.mark.parametrize(
    ("kept", "dtype"),
    [
        (
            torch.zeros(3, requires_grad=True),
            "int64",
        ),  # a tensor that tracks gradients can't become one of whole numbers
        (torch.zeros(1, dtype=torch.float64).expand(3), "float64"),  # nor can one number stand for three different ones
    ],
)
def test_a_change_that_cannot_be_is_refused(targets: ModuleType, kept: torch.Tensor, dtype: str) -> None:
    there = answer(Returned(1, [Change(1, TensorV(0, dtype, [3], "cpu", False))]), [bytes(24)], targets)
    with pytest.raises(WireError):
        there.module.f(kept)


def test_a_name_that_holds_a_number_is_passed_on_as_that_number(targets: ModuleType) -> None:
    """`m.kit.run(m.f)` where the student wrote `f = 5`: the kit finds out, and not the check."""
    there = answer(Returned(5), [], targets)
    with pytest.raises(WireClosed):  # the question itself can be sent; nobody answers it here
        there.module.run(there.module.f)


def test_what_a_lying_guest_calls_an_object_is_only_a_number(targets: ModuleType) -> None:
    there = answer(Returned(HandleV(2**62, "Thing")), [], targets)
    assert isinstance(there.module.f(), Remote)
