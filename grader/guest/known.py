"""Tensors and generators that the host sent: they keep their identity for a check, and their changes travel back."""

from __future__ import annotations

import torch

from grader.wire.messages import Change, GeneratorV, TensorV, Value
from grader.wire.values import Reader, Writer, raw_bytes, write_tensor

_Kept = torch.Tensor | torch.Generator


class Known:
    """Number -> object, with a fingerprint of each object's value as the host last saw it."""

    def __init__(self, device: str = "cpu") -> None:
        self._device = device
        self._objects: dict[int, _Kept] = {}
        self._numbers: dict[int, int] = {}
        self._seen: dict[int, tuple[object, ...]] = {}

    def get(self, number: int) -> _Kept:
        return self._objects[number]

    def receive(self, value: TensorV | GeneratorV, reader: Reader) -> _Kept:
        """A value from the host: a new object, remembered under its number."""
        made: _Kept
        if isinstance(value, GeneratorV):
            made = torch.Generator()
            made.set_state(torch.frombuffer(bytearray(reader.blob(value.blob)), dtype=torch.uint8))
        else:
            made = self._make_tensor(value, reader)
        self._objects[value.known] = made
        self._numbers[id(made)] = value.known
        self._seen[value.known] = _fingerprint(made)
        return made

    def apply(self, change: Change, reader: Reader) -> None:
        """The host changed a known value: change ours in place."""
        kept = self._objects[change.known]
        if isinstance(change.value, GeneratorV):
            state = torch.frombuffer(bytearray(reader.blob(change.value.blob)), dtype=torch.uint8)
            kept.set_state(state)  # type: ignore[union-attr]
        elif isinstance(kept, torch.Tensor):
            new = reader.tensor(change.value)
            with torch.no_grad():
                if kept.shape == new.shape and kept.dtype == new.dtype:
                    kept.copy_(new)
                else:
                    kept.data = new.to(kept.device)
            if kept.is_leaf and kept.requires_grad != change.value.requires_grad:
                kept.requires_grad_(change.value.requires_grad)
        self._seen[change.known] = _fingerprint(kept)

    def changes(self, writer: Writer) -> list[Change]:
        """Every known value that is not what the host last saw, whoever changed it."""
        changed = []
        for number, kept in self._objects.items():
            now = _fingerprint(kept)
            if now != self._seen[number]:
                self._seen[number] = now
                value = self._present(number, kept, writer)
                if value is not None:
                    changed.append(Change(number, value))
        return changed

    def number_of(self, value: object) -> int:
        """The number under which this very object is known, or 0."""
        return self._numbers.get(id(value), 0)

    def sharing(self, tensor: torch.Tensor) -> list[int]:
        """Numbers of the known tensors whose memory this tensor shares."""
        if not tensor.numel() or tensor.layout != torch.strided or tensor.device.type == "meta":
            return []
        address = tensor.untyped_storage().data_ptr()
        return [
            number
            for number, kept in self._objects.items()
            if isinstance(kept, torch.Tensor) and kept.numel() and kept.untyped_storage().data_ptr() == address
        ]

    def _make_tensor(self, value: TensorV, reader: Reader) -> torch.Tensor:
        plain = reader.tensor(value).to(self._device if value.device != "cpu" else "cpu")
        if value.stride is not None:
            strided = torch.empty_strided(value.shape, value.stride, dtype=plain.dtype, device=plain.device)
            plain = strided.copy_(plain)
        return plain.requires_grad_() if value.requires_grad else plain

    def _present(self, number: int, kept: _Kept, writer: Writer) -> TensorV | GeneratorV | None:
        if isinstance(kept, torch.Generator):
            return GeneratorV(writer.blob(_state(kept)), number)
        value: Value = write_tensor(kept, writer, known=number)
        return value if isinstance(value, TensorV) else None


def _state(generator: torch.Generator) -> bytes:
    return raw_bytes(generator.get_state())


def _fingerprint(kept: _Kept) -> tuple[object, ...]:
    if isinstance(kept, torch.Tensor):
        return raw_bytes(kept), kept.shape, kept.dtype, kept.requires_grad
    return (_state(kept),)
