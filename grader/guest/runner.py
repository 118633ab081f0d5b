"""Answers the wire: loads a submission, imports it afresh for each check, does one operation at a time."""

from __future__ import annotations

import builtins
import random
import sys
import types
from collections.abc import Callable
from typing import Any

import torch

from grader.guest.devices import KINDS
from grader.guest.forbidden import Forbidden, ForbiddenUse, guard
from grader.guest.known import Known
from grader.guest.operations import OPERATIONS
from grader.guest.source import Source, compile_source, read_submission
from grader.wire.ceilings import CEILINGS
from grader.wire.errors import WireError
from grader.wire.frames import Frame, check_sizes
from grader.wire.messages import (
    KIT,
    STUDENT,
    Answer,
    Begin,
    Callback,
    CallbackV,
    Do,
    GeneratorV,
    HandleV,
    KnownV,
    Load,
    Loaded,
    OpaqueV,
    PublicV,
    Raised,
    Ready,
    Returned,
    TensorV,
    ToHost,
    Value,
    decode_to_guest,
    encode,
)
from grader.wire.values import Reader, Writer, write_tensor

_MAX_HANDLES = 100_000
_MESSAGE = 2000
_TRUE_NAME, _TRUE_MRO = type.__dict__["__name__"].__get__, type.__dict__["__mro__"].__get__
_HOOKS = vars(torch.nn.modules.module)
_GLOBAL_HOOKS = [_HOOKS[name] for name in _HOOKS if name.startswith("_global_") and isinstance(_HOOKS[name], dict)]
_BUILT_IN = dict(vars(builtins))
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType)


class Runner:
    """One submission's side of the wire. `ask` sends a frame to the host and waits for its answer (for callbacks).

    With `guarded`, forbidden names are replaced for the rest of this process.
    """

    def __init__(self, ask: Callable[[Frame], Frame], *, guarded: bool) -> None:
        self._ask = ask
        self._guarded = guarded
        self._load: Load | None = None
        self._source: Source | None = None
        self._kit: Source | None = None
        self._known = Known()
        self._handles: dict[int, Any] = {}
        self._next = KIT + 1

    def handle(self, frame: Frame) -> Frame:
        """Answer one message of the host."""
        envelope, blobs = frame
        message = decode_to_guest(envelope)
        writer = Writer(self._write_special)
        reply: ToHost
        if isinstance(message, Load):
            reply = self._do_load(message)
        elif isinstance(message, Begin):
            reply = self._begin(message)
        elif isinstance(message, Do):
            reply = self._do(message, Reader(blobs, self._read_special), writer)
            if isinstance(reply, Raised):
                writer = Writer(self._write_special)
                reply = _with_changes(reply, self._known, writer)
        else:
            raise WireError("an answer came without a question")
        envelope = encode(reply)
        try:
            check_sizes(len(envelope), [len(blob) for blob in writer.blobs], CEILINGS)
        except WireError as over:
            return encode(Returned(OpaqueV(f"a result too large to hand over ({over})"))), []
        return envelope, writer.blobs

    def _do_load(self, load: Load) -> Loaded:
        self._load = load
        rules = Forbidden(load.forbidden, load.imports)
        self._source, answer = read_submission(load.slug, load.source, rules)
        if load.kit is not None:
            self._kit = compile_source("kit", load.kit)
        if self._guarded and self._source is not None:
            file = self._source.file
            guard(rules, self._source.names_used, lambda names: names.get("__file__") == file)
        return answer

    def _begin(self, begin: Begin) -> Ready | Raised:
        if self._source is None or self._load is None:
            raise WireError("a check began before a file was loaded")
        self._known = Known(self._load.device)
        self._handles.clear()
        _reset_torch(begin.seed)
        if self._load.device != "cpu":
            KINDS[self._load.device].seed(begin.seed)
        try:
            student = self._source.fresh_module()
            kit = self._kit.fresh_module() if self._kit else types.ModuleType("kit")
        except BaseException as error:
            return self._raised(error)
        self._handles = {STUDENT: student, KIT: kit}  # numbers are never used twice: the host may release old ones late
        return Ready([name for name in self._load.provides if not hasattr(student, name)])

    def _do(self, do: Do, reader: Reader, writer: Writer) -> Returned | Raised:
        for handle in do.release:
            if handle > KIT:
                self._handles.pop(handle, None)
        for change in do.changed:
            self._known.apply(change, reader)
        args = [reader.read(value) for value in do.args]
        kwargs = {name: reader.read(value) for name, value in zip(do.names, do.kwargs, strict=True)}
        try:
            result = OPERATIONS[do.op](self._handles[do.target], do.name, args, kwargs)
            value = self._method_as_handle(do, result) or writer.write(result)
            return Returned(value, self._known.changes(writer))
        except BaseException as error:
            return self._raised(error)

    def _method_as_handle(self, do: Do, result: object) -> HandleV | None:
        """A method that was only looked up needs no handle of its own: the host calls it by name."""
        if do.op == "get" and isinstance(result, types.MethodType) and result.__self__ is self._handles[do.target]:
            return HandleV(-1, "method")
        return None

    def _raised(self, error: BaseException) -> Raised:
        names = [_exception_name(cls) for cls in _TRUE_MRO(type(error)) if cls is not object]
        return Raised(
            type_name=names[0],
            bases=names[:20],
            message=_message(error),
            where=self._source.where(error.__traceback__) if self._source else None,
        )

    def _write_special(self, value: object, writer: Writer) -> Value:
        if isinstance(value, torch.Tensor):
            number = self._known.number_of(value)
            if number:
                return KnownV(number)
            with torch._C.DisableTorchFunctionSubclass():
                return write_tensor(value, writer, shares=self._known.sharing(value))
        if isinstance(value, torch.Generator) and (number := self._known.number_of(value)):
            return KnownV(number)
        if len(self._handles) >= _MAX_HANDLES:
            return OpaqueV(f"one object more than the {_MAX_HANDLES} that a check may hold")
        handle, self._next = self._next, self._next + 1
        self._handles[handle] = value
        return HandleV(handle, "function" if isinstance(value, _FUNCTIONS) else _true_name(type(value)))

    def _read_special(self, value: Value, reader: Reader) -> object:
        if isinstance(value, (TensorV, GeneratorV)):
            return self._known.receive(value, reader)
        if isinstance(value, KnownV):
            return self._known.get(value.known)
        if isinstance(value, HandleV):
            return self._handles[value.handle]
        if isinstance(value, PublicV):
            return _public(value.name)
        if isinstance(value, CallbackV):
            return self._callback(value.callback)
        raise WireError("a value of the wrong direction")

    def _callback(self, number: int) -> Callable[..., object]:
        def callback(*args: object, **kwargs: object) -> object:
            writer = Writer(self._write_special)
            written = [writer.write(value) for value in args]
            named = [writer.write(value) for value in kwargs.values()]
            call = Callback(number, written, list(kwargs), named, self._known.changes(writer))
            frame = self._ask((encode(call), writer.blobs))
            while isinstance(answer := decode_to_guest(frame[0]), Do):  # the function uses this module again
                frame = self._ask(self.handle(frame))
            if not isinstance(answer, Answer):
                raise WireError("a question was answered with something else")
            reader = Reader(frame[1], self._read_special)
            for change in answer.changed:
                self._known.apply(change, reader)
            if answer.error:
                raise RuntimeError(f"a function given by the check raised {answer.error}")
            return reader.read(answer.value)

        return callback


def _with_changes(raised: Raised, known: Known, writer: Writer) -> Raised:
    return Raised(raised.type_name, raised.bases, raised.message, raised.where, known.changes(writer))


def _true_name(cls: type) -> str:
    """The name of a class, whatever its metaclass says."""
    return str(_TRUE_NAME(cls))[:100]


def _exception_name(cls: type) -> str:
    """The name of an exception's class; one that borrows the name of a built-in exception is told apart from it."""
    name = _true_name(cls)
    return name if _BUILT_IN.get(name, cls) is cls else f"{name} (a class of your own)"


def _message(error: BaseException) -> str:
    if isinstance(error, ForbiddenUse):
        return str(error)
    try:
        text = str(error)
    except BaseException as broken:
        text = f"(its message can't be shown: {type(broken).__name__})"
    return text[:_MESSAGE].encode("utf-8", "replace").decode("utf-8")


def _public(name: str) -> object:
    root, *parts = name.split(".")
    if root != "torch" or any(part.startswith("_") for part in parts):
        raise WireError(f"{name} is not a public name of torch")
    found: Any = sys.modules[root]
    for part in parts:
        found = getattr(found, part)
    return found


def _reset_torch(seed: int) -> None:
    torch.default_generator.manual_seed(seed)  # torch.manual_seed formats a stack trace for each kind of device
    random.seed(seed)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.set_num_threads(1)
    torch.set_flush_denormal(False)
    torch._C._set_deterministic_algorithms(False)
    torch.autograd.set_detect_anomaly(False)
    for device in ("cpu", "cuda"):
        torch.set_autocast_enabled(device, False)
    if torch.get_default_device().type != "cpu":
        torch.set_default_device(None)
    for hooks in _GLOBAL_HOOKS:
        hooks.clear()
