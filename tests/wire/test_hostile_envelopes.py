"""What a hostile guest may send: whatever it is, reading it ends in WireError, soon and without much memory."""

from __future__ import annotations

import os
import socket
import struct
import time
from typing import Any

import msgspec
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.wire.ceilings import CEILINGS, Ceilings
from grader.wire.errors import WireClosed, WireError
from grader.wire.frames import MAGIC, SocketChannel
from grader.wire.messages import (
    BigIntV,
    Callback,
    Change,
    DictV,
    DtypeV,
    GeneratorV,
    HandleV,
    KnownV,
    Line,
    ListV,
    Loaded,
    OpaqueV,
    Raised,
    Ready,
    Returned,
    TensorV,
    ToHost,
    TupleV,
    Value,
    decode_to_guest,
    decode_to_host,
    encode,
)
from grader.wire.values import DTYPES, Reader

packed = msgspec.msgpack.encode


def special(value: Value, reader: Reader) -> object:
    """As a host reads: tensors are made, all else of a side's own is refused or noted."""
    if isinstance(value, TensorV):
        return reader.tensor(value)
    if isinstance(value, GeneratorV):
        return reader.blob(value.blob)
    return value


def read(value: Value, blobs: list[bytes] | None = None, ceilings: Ceilings = CEILINGS) -> object:
    return Reader(blobs or [], special, ceilings).read(value)


def tensor(shape: list[int], dtype: str = "float32", blob: int = 0) -> TensorV:
    return TensorV(blob, dtype, shape, "cpu", False)


# Envelopes

ENVELOPES: dict[str, bytes] = {
    "nothing": b"",
    "one zero": b"\0",
    "text": b"hello, I am the examiner",
    "a pickle": b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix",
    "json": b'{"type": "returned", "value": 1}',
    "no message": packed([1, 2, 3]),
    "a message without a type": packed({"value": 1}),
    "an unknown message": packed({"type": "shutdown"}),
    "a message of the other direction": packed({"type": "load", "slug": "x"}),
    "the answer of a host": packed({"type": "answer", "value": 1}),
    "a field too many": packed({"type": "returned", "value": 1, "score": 100}),
    "a value of an unknown kind": packed({"type": "returned", "value": ["q", 1]}),
    "a value without a kind": packed({"type": "returned", "value": []}),
    "a kind that is a number": packed({"type": "returned", "value": [1, []]}),
    "a tensor with a field too many": packed(
        {"type": "returned", "value": ["x", 0, "f", [], "cpu", False, 0, 0, 0, 0]}
    ),
    "a tensor with a fraction for a size": packed(
        {"type": "returned", "value": ["x", 0, "float32", [1.5], "cpu", False]}
    ),
    "a tensor with text for a size": packed({"type": "returned", "value": ["x", 0, "float32", ["2"], "cpu", False]}),
    "bytes for a value": packed({"type": "returned", "value": b"raw"}),
    "a map for a value": packed({"type": "returned", "value": {"a": 1}}),
    "an extension type": packed({"type": "returned", "value": msgspec.msgpack.Ext(1, b"x")}),
    "a dict whose keys are numbers": packed({"type": "returned", "value": ["d", [1], [2]]}),
    "a raised without its message": packed({"type": "raised", "type_name": "E", "bases": []}),
    "a change of a list": packed({"type": "returned", "value": 1, "changed": [{"known": 1, "value": ["l", []]}]}),
    "a length that is not there": b"\xdd\xff\xff\xff\xff",
    "text of four gigabytes": b"\xdb\xff\xff\xff\xff",
    "text that is not UTF-8": b"\x82\xa4type\xa8returned\xa5value\xa2\xff\xfe",
    "lists without end": b"\x91" * 100_000,
    "values nested without end": packed({"type": "returned"})[:-9] + b"\x92\xa1l\x91" * 50_000,
    "something after the message": packed({"type": "returned"}) + b"\0",
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_that_makes_no_sense_is_refused(name: str) -> None:
    with pytest.raises(WireError):
        decode_to_host(ENVELOPES[name])
    assert not isinstance(_decoded_or_none(ENVELOPES[name], decode_to_guest), (Returned, Raised))


def _decoded_or_none(envelope: bytes, decode: Any) -> object:
    try:
        return decode(envelope)
    except WireError:
        return None


@pytest.mark.parametrize("depth", [40, 400, 40_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    head, _, tail = packed({"type": "returned", "value": 7}).partition(b"\x07")
    envelope = head + b"\x92\xa1l\x91" * depth + b"\x07" + tail  # ["l", [["l", [...]]]]
    with pytest.raises(WireError):
        read(getattr(decode_to_host(envelope), "value", None))


def test_an_envelope_of_many_values_costs_time_in_proportion() -> None:
    began = time.monotonic()
    message = decode_to_host(encode(Returned(ListV([None] * 4_000_000))))
    assert isinstance(message, Returned)
    with pytest.raises(WireError):
        read(ListV([ListV([])] * 900_000))
    assert time.monotonic() - began < 10


# Values

VALUES: dict[str, Value] = {
    "a tensor without its blob": tensor([1], blob=1),
    "a blob before the first": tensor([1], blob=-1),
    "a blob far away": tensor([1], blob=2**62),
    "fewer bytes than the shape needs": tensor([2, 3]),
    "more bytes than the shape needs": tensor([], dtype="int16"),
    "a tensor of another size of element": tensor([1], dtype="float64"),
    "a negative size": tensor([-1]),
    "two negative sizes": tensor([-1, -1]),
    "a negative size beside an empty one": tensor([0, -4]),
    "too many elements": tensor([CEILINGS.numel + 1]),
    "10^18 elements": tensor([10**9, 10**9]),
    "sizes that overflow": tensor([2**62, 2**62, 2**62, 2**62]),
    "sizes whose product is 0 modulo 2^64": tensor([2**32, 2**32]),
    "too many axes": tensor([1] * 17),
    "very many axes": tensor([1] * 100_000),
    "an unknown type": tensor([1], dtype="float128"),
    "an empty type": tensor([1], dtype=""),
    "a name of torch that is no type": tensor([1], dtype="load"),
    "a type with its module": tensor([1], dtype="torch.float32"),
    "a dtype that is none": DtypeV("Tensor"),
    "a dict with more keys than values": DictV(["a", "b"], [1]),
    "a dict with fewer keys than values": DictV([], [1]),
    "a named tuple with too many fields": TupleV([1], "Pair", ["a", "b"]),
    "a named tuple with too few fields": TupleV([1, 2], "Pair", ["a"]),
    "an int without digits": BigIntV(""),
    "an int that is no number": BigIntV("0xzz"),
    "an int that is a word": BigIntV("nan"),
    "an int of a million digits": BigIntV("f" * 1_000_000),
    "a generator without its blob": GeneratorV(5, 1),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_that_makes_no_sense_is_refused(name: str) -> None:
    message = decode_to_host(encode(Returned(ListV([VALUES[name]]))))
    assert isinstance(message, Returned)
    with pytest.raises(WireError):
        read(message.value, [b"1234"])


def test_sizes_that_are_empty_and_huge_cost_nothing() -> None:
    assert read(tensor([0, 10**12]), [b""]).shape == (0, 10**12)  # type: ignore[attr-defined]
    assert read(tensor([10**12, 0, 10**12]), [b""]).numel() == 0  # type: ignore[attr-defined]


def test_an_empty_tensor_whose_sizes_overflow_is_refused() -> None:
    with pytest.raises(WireError):
        read(tensor([0, 2**62, 2**62]), [b""])


@pytest.mark.parametrize("byte", [2, 3, 0x7F, 0x80, 0xFF])
def test_bytes_of_bools_other_than_0_and_1_become_real_bools(byte: int) -> None:
    came = read(tensor([3], "bool"), [bytes([0, 1, byte])])
    assert isinstance(came, torch.Tensor)
    assert came.dtype == torch.bool
    assert came.view(torch.uint8).tolist() == [0, 1, 1]


def test_a_tensor_has_memory_of_its_own_even_from_bytes_that_cannot_change() -> None:
    data = bytes(8)
    came = read(tensor([2]), [data])
    assert isinstance(came, torch.Tensor)
    came += 1
    assert data == bytes(8)


def test_many_tensors_of_one_blob_stay_under_the_ceiling() -> None:
    """One blob of a megabyte, named 300 times, must not cost 300 megabytes (or 500,000 times: four terabytes)."""
    ceilings = Ceilings(blob_bytes=1 << 20)
    before = resident()
    try:
        came = read(ListV([tensor([1 << 20], "bool")] * 300), [bytearray(1 << 20)], ceilings)  # type: ignore[list-item]
    except WireError:
        return
    assert came
    assert resident() - before < 64 << 20


def resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_two_tensors_of_one_blob_are_refused_or_do_not_share_memory() -> None:
    try:
        one, other = read(ListV([tensor([2]), tensor([2])]), [bytearray(8)])  # type: ignore[misc]
    except WireError:
        return
    one += 1
    assert other.tolist() == [0.0, 0.0]


def test_words_about_what_could_not_be_carried_are_cut() -> None:
    assert len(read(OpaqueV("x" * 100_000)).text) == 300  # type: ignore[attr-defined]


# Anything at all

names = st.text(max_size=8)
small = st.integers(-3, 9)
shapes = st.lists(st.integers(-2, 6) | st.integers(-(2**63), 2**63 - 1), max_size=5)
tensors = st.builds(
    TensorV,
    blob=small,
    dtype=st.sampled_from([*DTYPES, "", "float8"]),
    shape=shapes,
    device=names,
    requires_grad=st.booleans(),
    stride=st.none() | shapes,
    known=small,
    shares=st.lists(small, max_size=3),
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | names
    | tensors
    | st.builds(BigIntV, names)
    | st.builds(DtypeV, names)
    | st.builds(GeneratorV, small, small)
    | st.builds(KnownV, small)
    | st.builds(HandleV, small, names)
    | st.builds(OpaqueV, names)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.builds(ListV, st.lists(inner, max_size=4))
        | st.builds(TupleV, st.lists(inner, max_size=4), names, st.lists(names, max_size=4))
        | st.builds(DictV, st.lists(names, max_size=4), st.lists(inner, max_size=4))
    ),
    max_leaves=12,
)
lines = st.none() | st.builds(Line, st.integers(-(2**63), 2**63 - 1), names, names)
changes = st.lists(st.builds(Change, small, tensors | st.builds(GeneratorV, small, small)), max_size=3)
messages = (
    st.builds(Loaded, names, names, lines)
    | st.builds(Ready, st.lists(names, max_size=3))
    | st.builds(Returned, values, changes)
    | st.builds(Raised, names, st.lists(names, max_size=3), names, lines, changes)
    | st.builds(Callback, small, st.lists(values, max_size=3), st.lists(names, max_size=3), changed=changes)
)
blobs = st.lists(st.binary(max_size=64), max_size=4)


def read_all(message: ToHost, data: list[bytes]) -> None:
    """Read every value that a message holds, as a session would."""
    reader = Reader(data, special)
    for change in getattr(message, "changed", []):
        special(change.value, reader)
    if isinstance(message, Returned):
        reader.read(message.value)
    if isinstance(message, Callback):
        for value in message.args:
            reader.read(value)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
@example(b"\xdf\xff\xff\xff\xff")
@example(b"\xc9\xff\xff\xff\xff\x01")
def test_random_bytes_are_read_or_refused(data: bytes) -> None:
    for decode in (decode_to_host, decode_to_guest):
        _decoded_or_none(data, decode)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(messages, blobs)
def test_random_messages_are_read_or_refused(message: ToHost, data: list[bytes]) -> None:
    try:
        read_all(decode_to_host(encode(message)), data)
    except WireError:
        pass


@settings(max_examples=300, deadline=None, derandomize=True)
@given(messages, blobs, st.data())
def test_messages_with_changed_bytes_are_read_or_refused(message: ToHost, data: list[bytes], draw: Any) -> None:
    envelope = bytearray(encode(message))
    for _ in range(draw.draw(st.integers(1, 4))):
        envelope[draw.draw(st.integers(0, len(envelope) - 1))] = draw.draw(st.integers(0, 255))
    try:
        read_all(decode_to_host(bytes(envelope)), data)
    except WireError:
        pass


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: MAGIC + data))
@example(struct.pack("<4sIIQ", MAGIC, 3, 1, 2) + b"abcde")
def test_random_bytes_on_a_socket_are_a_frame_or_refused(data: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5)
        theirs.sendall(data)
        theirs.close()
        try:
            envelope, came = SocketChannel(ours).receive()
            assert len(envelope) + sum(map(len, came)) <= len(data)
        except (WireError, WireClosed):
            pass
