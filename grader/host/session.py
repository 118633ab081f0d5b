"""A conversation with one module at the far end of the wire: requests out, plain values back, tensors in step."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from grader.checks.failure import CheckFailed, StudentRaised
from grader.checks.marks import OnCpu, Public
from grader.host.loopback import LoopbackChannel
from grader.host.proxy import Bound, Remote
from grader.report.model import Where
from grader.wire.errors import WireError
from grader.wire.frames import Channel, Frame
from grader.wire.messages import (
    STUDENT,
    Answer,
    Begin,
    Callback,
    CallbackV,
    Change,
    Do,
    GeneratorV,
    HandleV,
    KnownV,
    Load,
    Loaded,
    PublicV,
    Raised,
    Ready,
    Returned,
    TensorV,
    ToGuest,
    ToHost,
    Value,
    decode_to_host,
    encode,
)
from grader.wire.values import Reader, Writer, raw_bytes, write_tensor

_MAX_CALLBACKS = 20_000
_MAX_DEPTH = 20  # of functions of the check that use the module, which calls functions of the check, and so on
_MAX_BASES = 50
_Known = torch.Tensor | torch.Generator


@dataclass
class _Seen:
    """What the other side knows of one of our objects."""

    kept: _Known
    version: object


class Session:
    """One module (student's or reference) for the length of a grading; `begin` starts a check."""

    def __init__(self, channel: Channel, *, device: str = "cpu") -> None:
        self._channel = channel
        self._device = device
        self._slug = ""
        self._provides: list[str] = []
        if isinstance(channel, LoopbackChannel):
            channel.answer = self._answer
        self._known: dict[int, _Seen] = {}
        self._numbers: dict[int, int] = {}
        self._callbacks: list[Callable[..., object]] = []
        self._calls_back = 0
        self._depth = 0
        self._released: list[int] = []
        self._held: list[object] = []
        self._failed: Exception | None = None
        self.changed: set[int] = set()
        self._ordinals: dict[int, int] = {}
        self.module = Remote(self, STUDENT, "module")

    def load(self, load: Load) -> Loaded:
        self._slug, self._provides = load.slug, load.provides
        reply = self._request(load, Writer(self._write_special))[0]
        if not isinstance(reply, Loaded):
            raise WireError("a submission was not answered with Loaded")
        return reply

    def begin(self, seed: int) -> list[str]:
        """Import the file afresh; names it should define and doesn't.

        Raises StudentRaised with what the import raised.
        """
        self._known.clear()
        self._numbers.clear()
        self._callbacks.clear()
        self._released.clear()
        self._calls_back = 0
        self.begin_scenario()
        reply = self._request(Begin(seed), Writer(self._write_special))[0]
        if isinstance(reply, Raised):
            raise self._as_error(reply)
        if not isinstance(reply, Ready):
            raise WireError("the start of a check was not answered with Ready")
        return [name for name in self._provides if name in reply.missing]

    def begin_scenario(self) -> None:
        """Count anew which of the tensors that are sent from here on get changed (see `changed`)."""
        self.changed = set()
        self._ordinals = {}

    def do(
        self, op: str, target: int, name: str = "", args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """One operation there. Raises StudentRaised with what it raised."""
        held = len(self._held)
        released, self._released = self._released, []
        writer, known = Writer(self._write_special), len(self._known)
        try:
            written = [writer.write(value) for value in args]
            named = [writer.write(value) for value in (kwargs or {}).values()]
        except BaseException:
            self._forget(known)  # what was numbered for this request was never sent
            raise
        changed = self._our_changes(writer)
        request = Do(op, target, name, written, list(kwargs or ()), named, changed, released)
        reply, reader = self._request(request, writer)
        del self._held[held:]
        if self._failed is not None:
            failed, self._failed = self._failed, None
            raise failed
        if isinstance(reply, (Returned, Raised)):
            self._apply(reply.changed, reader)
        if isinstance(reply, Raised):
            raise self._as_error(reply)
        if not isinstance(reply, Returned):
            raise WireError("an operation was answered with something else")
        return reader.read(reply.value)

    def _as_error(self, raised: Raised) -> StudentRaised:
        where = None
        if raised.where is not None:
            line, source, function = raised.where.line, raised.where.source[:300], raised.where.function[:100]
            where = Where(file=f"{self._slug}.py", line=line, source=source, function=function)
        bases = tuple(name[:100] for name in raised.bases[:_MAX_BASES])
        return StudentRaised(raised.type_name[:100], bases, raised.message[:2000], where)

    def _forget(self, known: int) -> None:
        """Take back the numbers given after the first `known`."""
        for number in [number for number in self._known if number > known]:
            del self._numbers[id(self._known.pop(number).kept)]
            self._ordinals.pop(number, None)

    def release(self, handle: int) -> None:
        self._released.append(handle)

    def _request(self, message: ToGuest, writer: Writer) -> tuple[ToHost, Reader]:
        self._channel.send(encode(message), writer.blobs)
        while True:
            envelope, blobs = self._channel.receive()
            reply = decode_to_host(envelope)
            if not isinstance(reply, Callback):
                return reply, Reader(blobs, self._read_special)
            answer, out = self._answer((envelope, blobs))
            self._channel.send(bytes(answer), [bytes(blob) for blob in out])

    def _answer(self, frame: Frame) -> Frame:
        """The other side calls a function of the check."""
        call = decode_to_host(frame[0])
        if not isinstance(call, Callback) or not 0 <= call.callback < len(self._callbacks):
            raise WireError("a function was called that was never sent")
        self._calls_back += 1
        if self._calls_back > _MAX_CALLBACKS:
            raise WireError(f"functions of the check were called more than {_MAX_CALLBACKS} times")
        reader = Reader(frame[1], self._read_special)
        self._apply(call.changed, reader)
        args = [reader.read(value) for value in call.args]
        kwargs = {name: reader.read(value) for name, value in zip(call.names, call.kwargs, strict=False)}
        writer = Writer(self._write_special)
        self._depth += 1
        try:
            if self._depth > _MAX_DEPTH:
                raise CheckFailed(f"Your code and functions of the check call each other more than {_MAX_DEPTH} deep.")
            value = writer.write(self._callbacks[call.callback](*args, **kwargs))
            answer = Answer(value, changed=self._our_changes(writer))
        except Exception as error:
            if isinstance(error, (CheckFailed, StudentRaised, WireError)):
                self._failed = error  # raised here once the code over there has come to its end
            writer = Writer(self._write_special)
            answer = Answer(error=type(error).__name__, changed=self._our_changes(writer))
        finally:
            self._depth -= 1
        return encode(answer), writer.blobs

    def _write_special(self, value: object, writer: Writer) -> Value:
        if isinstance(value, torch.Tensor):
            return self._write_known(value, self._device, writer)
        if isinstance(value, OnCpu):
            return self._write_known(value.tensor, "cpu", writer)
        if isinstance(value, torch.Generator):
            return self._write_known(value, self._device, writer)
        if isinstance(value, Bound):
            value = value.look_up()
            self._held.append(value)  # its handle must outlive this request
            if not isinstance(value, Remote):
                return writer.write(value)
        if isinstance(value, Remote):
            if value.session_of() is not self:
                raise TypeError("an object of one module was passed to another: reference and student don't mix")
            return HandleV(value.handle_of())
        if isinstance(value, Public):
            return PublicV(value.name)
        if isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
            self._callbacks.append(value)
            return CallbackV(len(self._callbacks) - 1)
        raise TypeError(f"a check passed a {type(value).__name__}, which can't cross the wire: build it in kit.py")

    def _write_known(self, value: _Known, device: str, writer: Writer) -> Value:
        number = self._numbers.get(id(value))
        if number is None:
            number = len(self._known) + 1
            present = self._present(number, value, device, writer)
            self._known[number] = _Seen(value, _version(value))
            self._numbers[id(value)] = number
            self._ordinals[number] = len(self._ordinals)
            return present
        self._ordinals.setdefault(number, len(self._ordinals))
        return KnownV(number)

    def _present(self, number: int, value: _Known, device: str, writer: Writer) -> TensorV | GeneratorV:
        if not isinstance(value, torch.Tensor):
            return GeneratorV(writer.blob(raw_bytes(value.get_state())), number)
        written = write_tensor(value, writer, known=number)
        if not isinstance(written, TensorV):
            raise TypeError(f"a check passed {written}, which can't cross the wire")
        return TensorV(
            written.blob, written.dtype, written.shape, device, written.requires_grad, written.stride, number
        )

    def _our_changes(self, writer: Writer) -> list[Change]:
        """Known values that the check itself changed since the other side saw them."""
        changes = []
        for number, seen in self._known.items():
            version = _version(seen.kept)
            if version != seen.version:
                seen.version = version
                changes.append(Change(number, self._present(number, seen.kept, "", writer)))
        return changes

    def _apply(self, changes: list[Change], reader: Reader) -> None:
        """Known values that changed over there: write them into ours."""
        for change in changes:
            seen = self._known.get(change.known)
            if seen is None:
                raise WireError("a value changed that was never sent")
            self.changed.add(self._ordinals.get(change.known, -change.known))
            if isinstance(seen.kept, torch.Tensor):
                if not isinstance(change.value, TensorV):
                    raise WireError("a value changed its kind")
                _write_into(seen.kept, reader.tensor(change.value), change.value.requires_grad)
            elif isinstance(change.value, GeneratorV):
                _set_state(seen.kept, reader.blob(change.value.blob))
            else:
                raise WireError("a value changed its kind")
            seen.version = _version(seen.kept)

    def _read_special(self, value: Value, reader: Reader) -> object:
        if isinstance(value, TensorV):
            tensor = reader.tensor(value)
            if value.requires_grad and (tensor.is_floating_point() or tensor.is_complex()):
                tensor.requires_grad_()
            shared = [self._known[number].kept for number in value.shares if number in self._known]
            tensor.origin = Origin(value.device[:16], shared)  # type: ignore[attr-defined]
            return tensor
        if isinstance(value, KnownV):
            if value.known not in self._known:
                raise WireError("a value came back that was never sent")
            return self._known[value.known].kept
        if isinstance(value, HandleV):
            return Remote(self, value.handle, value.type_name[:100])
        raise WireError("a value of the wrong direction")


@dataclass(frozen=True)
class Origin:
    """Of a tensor that came over the wire: its kind of device, and our tensors whose memory it shares there."""

    device: str
    shares: list[_Known]


def _version(kept: _Known) -> object:
    if isinstance(kept, torch.Tensor):
        return kept._version, kept.data_ptr(), kept.requires_grad
    return raw_bytes(kept.get_state())


def _set_state(kept: torch.Generator, data: bytes | bytearray) -> None:
    if len(data) != 5056:
        raise WireError("a generator's state has the wrong length")
    try:
        kept.set_state(torch.frombuffer(bytearray(data), dtype=torch.uint8))
    except RuntimeError:
        raise WireError("a generator's state is none") from None


def _write_into(kept: torch.Tensor, new: torch.Tensor, requires_grad: bool) -> None:
    try:
        with torch.no_grad():
            if kept.shape == new.shape and kept.dtype == new.dtype:
                kept.copy_(new)
            else:
                kept.data = new
        if kept.is_leaf and kept.is_floating_point() and kept.requires_grad != requires_grad:
            kept.requires_grad_(requires_grad)
    except RuntimeError:
        raise WireError("a value changed in a way that can't be") from None
