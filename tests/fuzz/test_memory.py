"""What one message may cost the host: a large frame, filled with what takes the most room."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.wire.ceilings import CEILINGS

# What may come of the envelope that measure.py makes: forty times its size.
ROOM = 40 * CEILINGS.envelope // 4
FRAME = CEILINGS.envelope + CEILINGS.blob_bytes
ENVELOPES = (
    "nothing",
    "whole_numbers",
    "long_ints",
    "texts",
    "words",
    "bases",
    "missing",
    "changes",
    "shares",
    "tensors",
    "lists",
)
TOO_DEAR = ("tuples", "dicts", "handles")


@pytest.fixture(scope="module")
def costs() -> dict[str, int]:
    """name -> bytes that the reading process grew by at most, each in a process of its own."""
    program = Path(__file__).with_name("measure.py")
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", ENVELOPES)
def test_what_comes_of_an_envelope_stays_in_proportion(costs: dict[str, int], name: str) -> None:
    assert costs[name] < ROOM


@pytest.mark.xfail(
    strict=True, reason="wire messages: an envelope of empty containers takes more than forty times its size"
)
@pytest.mark.parametrize("name", TOO_DEAR)
def test_what_comes_of_an_envelope_of_empty_containers_stays_in_proportion(costs: dict[str, int], name: str) -> None:
    assert costs[name] < ROOM


@pytest.mark.parametrize("name", ["one_blob", "many_blobs"])
def test_a_frame_costs_what_it_says_it_holds(costs: dict[str, int], name: str) -> None:
    """Its head alone, and no bytes after it."""
    assert costs[name] < FRAME + (16 << 20)


def test_every_measure_is_asked_for(costs: dict[str, int]) -> None:
    assert set(costs) == {*ENVELOPES, *TOO_DEAR, "one_blob", "many_blobs"}
