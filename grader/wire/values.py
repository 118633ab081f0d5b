"""Python values to wire values and back, for both sides.

Writer and Reader know the closed list of plain values; what is special on a side (a handle, a function, a tensor with
an
identity) goes through the two hooks that the side gives them. Reading never runs code of the other side and checks
every count before it allocates.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from typing import Final

import torch

from grader.wire.ceilings import CEILINGS, Ceilings
from grader.wire.errors import WireError
from grader.wire.messages import (
    BigIntV,
    DictV,
    DtypeV,
    ListV,
    OpaqueV,
    TensorV,
    TupleV,
    Value,
)

DTYPES: Final = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.bool,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.complex64,
        torch.complex128,
    )
}
_DTYPE_NAMES: Final = {dtype: name for name, dtype in DTYPES.items()}
_INT_RANGE: Final = (-(2**63), 2**64 - 1)


class Named(tuple[object, ...]):
    """A named tuple from the other side: a tuple whose items can also be read by field name."""

    type_name: str
    fields: tuple[str, ...]

    def __new__(cls, name: str, fields: Sequence[str], items: Sequence[object]) -> Named:
        self = super().__new__(cls, items)
        self.type_name, self.fields = name, tuple(fields)
        return self

    def __getattr__(self, name: str) -> object:
        if name in self.fields:
            return self[self.fields.index(name)]
        raise AttributeError(f"the named tuple {self.type_name} has no field {name!r}")


class Opaque:
    """A result that can't be carried over; `text` says what it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


class Writer:
    """Collects the blobs of one frame. `special` turns what is not a plain value into a wire value (or refuses)."""

    def __init__(self, special: Callable[[object, Writer], Value], ceilings: Ceilings = CEILINGS) -> None:
        self.blobs: list[bytes] = []
        self._special = special
        self._ceilings = ceilings

    def write(self, value: object, depth: int = 0) -> Value:
        if value is None or value is True or value is False:
            return value
        if type(value) is torch.Tensor:  # the most frequent kind first
            return self._special(value, self)
        if isinstance(value, int):
            return self._write_int(int(value))
        if isinstance(value, float):
            return float(value)
        if isinstance(value, str):
            return self._write_text(value)
        if isinstance(value, (list, tuple, dict)):
            return self._write_container(value, depth)
        if isinstance(value, torch.dtype) and value in _DTYPE_NAMES:
            return DtypeV(_DTYPE_NAMES[value])
        return self._special(value, self)

    def blob(self, data: bytes) -> int:
        self.blobs.append(data)
        return len(self.blobs) - 1

    def _write_int(self, value: int) -> Value:
        low, high = _INT_RANGE
        if low <= value <= high:
            return value
        if value.bit_length() > self._ceilings.int_bits:
            return OpaqueV(f"an int of {value.bit_length()} bits")
        return BigIntV(hex(value))

    def _write_text(self, value: str) -> Value:
        text = str(value)
        if len(text) > self._ceilings.text // 4:
            return OpaqueV(f"a string of {len(text)} characters")
        return text.encode("utf-8", "replace").decode("utf-8")

    def _write_container(self, value: list[object] | tuple[object, ...] | dict[object, object], depth: int) -> Value:
        if depth >= self._ceilings.depth:
            return OpaqueV(f"a {type(value).__name__} nested more than {self._ceilings.depth} deep")
        if len(value) > self._ceilings.items:
            return OpaqueV(f"a {type(value).__name__} of {len(value)} items")
        if isinstance(value, dict):
            if not all(isinstance(key, str) for key in value):
                return self._special(value, self)
            keys = [str(key).encode("utf-8", "replace").decode("utf-8") for key in value]
            return DictV(keys, [self.write(item, depth + 1) for item in value.values()])
        items = [self.write(item, depth + 1) for item in value]
        if isinstance(value, list):
            return ListV(items)
        fields = getattr(type(value), "_fields", ())
        if fields and isinstance(fields, tuple) and len(fields) == len(items):
            return TupleV(items, type(value).__name__, [str(field) for field in fields])
        return TupleV(items)


def write_tensor(
    tensor: torch.Tensor, writer: Writer, *, known: int = 0, shares: Sequence[int] = (), ceilings: Ceilings = CEILINGS
) -> Value:
    """A tensor as its value. What has no plain bytes (sparse, meta, quantised, nested, too large) goes as words."""
    problem = _not_plain(tensor, ceilings)
    if problem:
        return OpaqueV(problem)
    shape, stride = list(tensor.shape), list(tensor.stride())
    keeps_layout = bool(known) and not tensor.is_contiguous() and 0 not in stride
    return TensorV(
        blob=writer.blob(raw_bytes(tensor)),
        dtype=_DTYPE_NAMES[tensor.dtype],
        shape=shape,
        device=tensor.device.type,
        requires_grad=bool(tensor.requires_grad),
        stride=stride if keeps_layout else None,
        known=known,
        shares=list(shares),
    )


def raw_bytes(tensor: torch.Tensor) -> bytes:
    """The values of a strided tensor as bytes, in the order of its elements."""
    if not (tensor.is_contiguous() and tensor.is_cpu and not tensor.is_complex() and not tensor.is_neg()):
        tensor = tensor.detach().resolve_conj().resolve_neg().cpu().contiguous()
    size = tensor.nbytes
    return ctypes.string_at(tensor.data_ptr(), size) if size else b""


def _not_plain(tensor: torch.Tensor, ceilings: Ceilings) -> str:
    if tensor.is_nested or tensor.is_quantized or tensor.layout != torch.strided:
        kind = "nested" if tensor.is_nested else "quantised" if tensor.is_quantized else "sparse"
        return f"a {kind} tensor"
    if tensor.is_meta:
        return "a tensor on the meta device, which has no values"
    if tensor.dtype not in _DTYPE_NAMES:
        return f"a tensor of type {tensor.dtype}"
    if tensor.dim() > ceilings.rank:
        return f"a tensor with {tensor.dim()} axes"
    if tensor.numel() > ceilings.numel:
        shape = ", ".join(str(size) for size in tensor.shape)
        return f"a tensor of shape ({shape}) with {tensor.numel()} elements, too large to compare"
    return ""


class Reader:
    """Reads the values of one frame. `special` resolves handles, known tensors and whatever else is the side's own."""

    def __init__(
        self,
        blobs: Sequence[bytes | bytearray],
        special: Callable[[Value, Reader], object],
        ceilings: Ceilings = CEILINGS,
    ) -> None:
        self.blobs = blobs
        self._special = special
        self._ceilings = ceilings
        self._items = 0
        self._used: set[int] = set()

    def read(self, value: Value, depth: int = 0) -> object:
        if isinstance(value, str):
            return value if len(value) <= self._ceilings.text // 4 else Opaque(f"a string of {len(value)} characters")
        if value is None or isinstance(value, (bool, int, float)):
            return value
        self._items += 1
        if depth > self._ceilings.depth or self._items > self._ceilings.items * 4:
            raise WireError("a value is nested too deeply or has too many parts")
        if isinstance(value, ListV):
            return [self.read(item, depth + 1) for item in value.items]
        if isinstance(value, TupleV):
            return self._read_tuple(value, depth)
        if isinstance(value, DictV):
            if len(value.keys) != len(value.items):
                raise WireError("a dict has a different number of keys and values")
            if any(len(key) > self._ceilings.text // 4 for key in value.keys):
                raise WireError("a dict has a key without end")
            return {key: self.read(item, depth + 1) for key, item in zip(value.keys, value.items, strict=True)}
        if isinstance(value, BigIntV):
            return self._read_int(value.digits)
        if isinstance(value, DtypeV):
            return _dtype(value.name)
        if isinstance(value, OpaqueV):
            return Opaque(value.text[:300])
        return self._special(value, self)

    def tensor(self, value: TensorV) -> torch.Tensor:
        """The tensor's values as a contiguous CPU tensor of its own memory."""
        dtype = _dtype(value.dtype)
        if len(value.shape) > self._ceilings.rank or any(not 0 <= size < 1 << 62 for size in value.shape):
            raise WireError("a tensor has an impossible shape")
        numel = math.prod(value.shape)
        if numel > self._ceilings.numel:
            raise WireError(f"a tensor has {numel} elements")
        data = self.blob(value.blob)
        if value.blob in self._used:
            raise WireError("two tensors name the same bytes")
        self._used.add(value.blob)
        if len(data) != numel * dtype.itemsize:
            raise WireError("a tensor's bytes don't fit its shape")
        if numel == 0:
            return _empty(value.shape, dtype)
        if dtype == torch.bool:  # bytes other than 0 and 1 must not become bools
            return (torch.frombuffer(bytearray(data), dtype=torch.uint8) != 0).reshape(value.shape)
        made = torch.empty(value.shape, dtype=dtype, device="cpu")
        ctypes.memmove(made.data_ptr(), bytes(data), len(data))
        return made

    def blob(self, index: int) -> bytes | bytearray:
        if not 0 <= index < len(self.blobs):
            raise WireError("a value points at a blob that isn't there")
        return self.blobs[index]

    def _read_tuple(self, value: TupleV, depth: int) -> tuple[object, ...]:
        items = [self.read(item, depth + 1) for item in value.items]
        if not value.fields:
            return tuple(items)
        if len(value.fields) != len(items):
            raise WireError("a named tuple has a different number of fields and values")
        return Named(value.name[:100], value.fields, items)

    def _read_int(self, digits: str) -> int:
        if len(digits) > self._ceilings.int_bits // 4 + 4:
            raise WireError("an int is too long")
        try:
            return int(digits, 16)
        except ValueError:
            raise WireError("an int is not a number") from None


def _empty(shape: list[int], dtype: torch.dtype) -> torch.Tensor:
    try:
        return torch.empty(shape, dtype=dtype)
    except RuntimeError:  # sizes whose strides overflow
        raise WireError("a tensor has an impossible shape") from None


def _dtype(name: str) -> torch.dtype:
    try:
        return DTYPES[name]
    except KeyError:
        raise WireError("a tensor has an unknown type") from None
