"""The protocol: every message and every value that may cross, grouped by direction.

A value is None, a bool, an int of 64 bits, a float, a string, or one of the structs below. There is no other kind.
"""

from __future__ import annotations

from typing import Any, Union

import msgspec

from grader.wire.errors import WireError


class ListV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="l"):
    items: list[Value]


class TupleV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="t"):
    """`fields` and `name` are set for a named tuple."""

    items: list[Value]
    name: str = ""
    fields: list[str] = []


class DictV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="d"):
    keys: list[str]
    items: list[Value]


class BigIntV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="i"):
    """An int outside 64 bits, in hexadecimal."""

    digits: str


class DtypeV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="y"):
    name: str


class TensorV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="x"):
    """A tensor's value.

    `known` gives it an identity (host to guest); `shares` lists the known tensors whose memory it shares.
    """

    blob: int
    dtype: str
    shape: list[int]
    device: str
    requires_grad: bool
    stride: list[int] | None = None
    known: int = 0
    shares: list[int] = []


class GeneratorV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="g"):
    """A CPU random generator: its state is a blob."""

    blob: int
    known: int


class KnownV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="k"):
    """A tensor or generator that has been sent before, by its number."""

    known: int


class HandleV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="h"):
    """An object that stays in the guest. Numbers 0 and 1 are the student's module and the kit."""

    handle: int
    type_name: str = ""


class PublicV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="p"):
    """A public name of torch, as "torch.nn.functional.mse_loss" (host to guest only)."""

    name: str


class CallbackV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="c"):
    """A function of the check; calling it in the guest calls back (host to guest only)."""

    callback: int


class OpaqueV(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="o"):
    """Something that can't be carried, in words: "a sparse tensor" (guest to host only)."""

    text: str


Value = Union[
    None,
    bool,
    int,
    float,
    str,
    ListV,
    TupleV,
    DictV,
    BigIntV,
    DtypeV,
    TensorV,
    GeneratorV,
    KnownV,
    HandleV,
    PublicV,
    CallbackV,
    OpaqueV,
]

STUDENT, KIT = 0, 1


# Host to guest


class Load(msgspec.Struct, frozen=True, tag="load", forbid_unknown_fields=True):
    """The submission's text and what the exercise asks of it. Answered by Loaded."""

    slug: str
    source: bytes
    kit: str | None
    provides: list[str]
    forbidden: list[str]
    imports: list[str]
    device: str


class Begin(msgspec.Struct, frozen=True, tag="begin", forbid_unknown_fields=True):
    """Begin a check: forget handles and known values, reset torch, import the file afresh.

    Answered by Ready or Raised.
    """

    seed: int


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The present value of a known tensor or generator."""

    known: int
    value: Union[TensorV, GeneratorV]


class Do(msgspec.Struct, frozen=True, tag="do", forbid_unknown_fields=True):
    """One operation on an object of the guest: "call", "get", "set", "method", or an operator.

    Answered by Returned or Raised.
    """

    op: str
    target: int
    name: str = ""
    args: list[Value] = []
    names: list[str] = []
    kwargs: list[Value] = []
    changed: list[Change] = []
    release: list[int] = []


class Answer(msgspec.Struct, frozen=True, tag="answer", forbid_unknown_fields=True):
    """What a function of the check returned, or the type name of what it raised."""

    value: Value = None
    error: str = ""
    changed: list[Change] = []


# Guest to host


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place in the student's file."""

    line: int
    source: str = ""
    function: str = ""


class Loaded(msgspec.Struct, frozen=True, tag="loaded", forbid_unknown_fields=True):
    """`problem` is "" when all is well, else "syntax", "forbidden" or "text"; `message` says what, `where` the line."""

    problem: str = ""
    message: str = ""
    where: Line | None = None


class Ready(msgspec.Struct, frozen=True, tag="ready", forbid_unknown_fields=True):
    """The file was imported; `missing` are the names it should define and doesn't."""

    missing: list[str] = []


class Returned(msgspec.Struct, frozen=True, tag="returned", forbid_unknown_fields=True):
    value: Value = None
    changed: list[Change] = []


class Raised(msgspec.Struct, frozen=True, tag="raised", forbid_unknown_fields=True):
    """An exception in the guest, as text.

    `bases` are the names of its classes; `where` its innermost line in the student's file.
    """

    type_name: str
    bases: list[str]
    message: str
    where: Line | None = None
    changed: list[Change] = []


class Callback(msgspec.Struct, frozen=True, tag="callback", forbid_unknown_fields=True):
    """The student's code called a function of the check. Answered by Answer."""

    callback: int
    args: list[Value] = []
    names: list[str] = []
    kwargs: list[Value] = []
    changed: list[Change] = []


ToGuest = Union[Load, Begin, Do, Answer]
ToHost = Union[Loaded, Ready, Returned, Raised, Callback]

_ENCODER = msgspec.msgpack.Encoder()
_TO_GUEST = msgspec.msgpack.Decoder(ToGuest)
_TO_HOST = msgspec.msgpack.Decoder(ToHost)


def encode(message: ToGuest | ToHost) -> bytes:
    return _ENCODER.encode(message)


def decode_to_guest(envelope: bytes | bytearray) -> ToGuest:
    message: ToGuest = _decode(_TO_GUEST, envelope)
    return message


def decode_to_host(envelope: bytes | bytearray) -> ToHost:
    message: ToHost = _decode(_TO_HOST, envelope)
    return message


def _decode(decoder: msgspec.msgpack.Decoder[Any], envelope: bytes | bytearray) -> Any:
    try:
        return decoder.decode(envelope)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, OverflowError, ValueError) as broken:
        raise WireError(f"an envelope can't be read: {type(broken).__name__}") from None
