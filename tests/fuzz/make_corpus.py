"""Write the corpus anew: `python tests/fuzz/make_corpus.py`. One small valid input for each thing that can be said.

Files called `found_*.bin` are inputs that once went wrong; they are left alone.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from pathlib import Path

from grader.wire.frames import MAGIC
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
    encode,
)

CORPUS = Path(__file__).parent / "corpus"
WORDS = struct.pack("<2d", 1.0, -2.5)
STATE = bytes(5056)


def tensor(shape: Sequence[int] = (2,), *, blob: int = 0, dtype: str = "float64", known: int = 0) -> TensorV:
    return TensorV(blob, dtype, list(shape), "cpu", False, known=known)


VALUES: dict[str, Value] = {
    "nothing": None,
    "numbers": ListV([True, -1, 2**64 - 1, 0.5, float("nan"), BigIntV("-0x1" + "0" * 20)]),
    "texts": DictV(["a", "ü"], ["", "plain"]),
    "named_tuple": TupleV([1, TupleV([])], "Pair", ["one", "other"]),
    "tensor": tensor(),
    "empty_tensor": tensor((0, 3), blob=1),
    "dtype": DtypeV("float32"),
    "words": OpaqueV("a sparse tensor"),
}
SESSION: dict[str, Value] = {
    "known": ListV([KnownV(1), KnownV(2)]),
    "handle": HandleV(7, "Thing"),
    "method": HandleV(-1, "method"),
}
SOURCES: dict[str, str] = {
    "function": "import torch\n\n\ndef f(x: torch.Tensor) -> torch.Tensor:\n    return 2 * x\n",
    "class": "class Thing:\n    '''A thing.'''\n\n    def __init__(self, *, by=1.0):\n        self.by = by\n",
    "forbidden": "from torch import optim as o\no.Adam([])\n",
    "keyword": "import torch\ntorch.ones(2, requires_grad=True)\n",
    "broken": "def f(x:\n    return x\n",
    "main": "if __name__ == '__main__':\n    import os\nelif 1:\n    x = [i async for i in y]\n",
    "unicode": "\ufeffgröße = f'{1!r:>{2}}'\r\nmatch größe:\n    case {'a': [*_]} | None: pass\n",
}
CONTROL: list[dict[str, object]] = [{}, {"begin": -1}, {"gone": True, "broke_protocol": False}, {"text": "ü\ud800 \0"}]


def frame(message: ToHost, blobs: Sequence[bytes] = ()) -> bytes:
    words = encode(message)
    lengths = struct.pack(f"<{len(blobs)}Q", *map(len, blobs))
    return struct.pack("<4sII", MAGIC, len(words), len(blobs)) + lengths + words + b"".join(blobs)


def inputs() -> dict[str, bytes]:
    """path below the corpus -> bytes."""
    found = {}
    for name, value in VALUES.items():
        words = encode(Returned(value))
        found[f"envelope/{name}.bin"] = struct.pack("<H", len(words)) + words + WORDS
    everything = {**VALUES, **SESSION}
    begun = frame(Loaded()) + frame(Ready(["Thing"]))
    shapes = {1: (2, 3), 2: (3, 2), 4: (3,), 5: (4,)}  # of what the fourth question of `targets.session` sends
    changes = [Change(1, tensor((2, 3), known=1)), Change(3, GeneratorV(1, 3))]
    for name, value in everything.items():
        found[f"session/answers_{name}.bin"] = b"\0\0" + begun + frame(Returned(value), [WORDS, b""]) * 3
    said = {
        "raises": frame(Raised("E", ["E", "ValueError"], "no", Line(3, "x = 1", "f"), changes), [WORDS * 3, STATE]),
        "changes": frame(Returned(None, changes), [WORDS * 3, STATE]),
        "changes_shapes": frame(Returned(None, [Change(2, tensor()), Change(4, tensor((0,), blob=1))]), [WORDS, b""]),
        **{
            f"changes_{known}": frame(Returned(None, [Change(known, tensor(shape))]), [bytes(8 * math.prod(shape))])
            for known, shape in shapes.items()
        },
        "calls_back": frame(Callback(0, [KnownV(1), 1], ["key"], [TupleV([])])) + frame(Returned(2.5)),
        "calls_back_wrongly": frame(Callback(0, ["x"])) + frame(Callback(0, [""])) + frame(Returned(2.5)),
        "has_items": frame(Returned(HandleV(2, "Thing"))) + frame(Returned("name")) + frame(Returned(HandleV(3))) * 2,
    }
    for name, stream in said.items():
        first = 5 if name == "has_items" else 3
        found[f"session/{name}.bin"] = bytes([first, 5]) + stream + frame(Returned(1)) * 3
    found["session/refuses_the_file.bin"] = b"\0\0" + frame(Loaded("syntax", "Python can't read it.", Line(1, "(")))
    for name, text in SOURCES.items():
        found[f"source/{name}.bin"] = text.encode()
    for number, message in enumerate(CONTROL):
        words = json.dumps(message).encode()
        found[f"control/message_{number}.bin"] = struct.pack("<I", len(words)) + words
    return found


def main() -> None:
    for name, data in inputs().items():
        path = CORPUS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()
