# Values point at blobs by number: the same twice, none at all, one of another kind.
# prelude
from grader.wire.messages import Change, GeneratorV, HandleV, ListV, Returned, TensorV, encode

def frame(envelope, *blobs):
    head = b"GG1\n" + len(envelope).to_bytes(4, "little") + len(blobs).to_bytes(4, "little")
    return head + b"".join(len(blob).to_bytes(8, "little") for blob in blobs) + envelope + b"".join(blobs)


ONES = TensorV(0, "float64", [2, 3], "cpu", False, [1 << 40, -1], 0, [1, 1, 1, 5, -9])
HEADS = {
    6: frame(encode(Returned(ListV([ONES, ONES]))), bytes(48)),
    3: frame(encode(Returned(ONES))),
    2: frame(encode(Returned(1.0, [Change(1, GeneratorV(0, 1))])), bytes(5056)),
    1: frame(encode(Returned(TensorV(-1, "bool", [2], "x" * 100_000, True))), b"\x07\x09"),
}


def double_it(x):
    tried(str(x.numel()))
    os.write(3, HEADS[x.numel()])
    return 2 * x
