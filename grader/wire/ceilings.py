"""What one frame may hold. Checked before anything is allocated for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ceilings:
    """All sizes in bytes or counts; `depth` is the nesting of containers, `numel` the elements of one tensor."""

    envelope: int = 8 << 20
    blobs: int = 4096
    blob_bytes: int = 96 << 20
    rank: int = 16
    numel: int = 8_000_000
    depth: int = 32
    items: int = 50_000
    text: int = 1 << 20
    int_bits: int = 16_384


CEILINGS = Ceilings()
