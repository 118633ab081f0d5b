"""The line between our own processes: whatever is on it, reading ends, and what is read is a message."""

from __future__ import annotations

import struct
from pathlib import Path
from types import ModuleType

from hypothesis import example, given, settings
from hypothesis import strategies as st

SEEDS = [path.read_bytes() for path in sorted(Path(__file__).with_name("corpus").glob("control/*.bin"))]

lengths = st.integers(0, 2**32 - 1) | st.integers(0, 40)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.binary(max_size=80) | st.tuples(lengths, st.binary(max_size=60)).map(lambda m: struct.pack("<I", m[0]) + m[1])
)
@example(struct.pack("<I", 3) + b"[1]")
@example(struct.pack("<I", 50_000) + b"[" * 50_000)
@example(struct.pack("<I", 5000) + b"9" * 5000)
@example(struct.pack("<I", 2) + b"\xff\xfe")
def test_any_bytes_end_the_line_or_are_refused(targets: ModuleType, data: bytes) -> None:
    targets.control(data)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(SEEDS), max_size=4), st.integers(0, 100), st.binary(max_size=3))
def test_messages_with_a_few_changed_bytes_end_the_line_or_are_refused(
    targets: ModuleType, messages: list[bytes], at: int, instead: bytes
) -> None:
    data = b"".join(messages)
    targets.control(data[:at] + instead + data[at + len(instead) :])
