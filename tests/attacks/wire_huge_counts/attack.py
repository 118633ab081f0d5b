# Every number in a frame is the attacker's. None of them may decide how much memory the examiner takes.
# prelude
from grader.wire.messages import Change, ListV, Returned, TensorV, encode

def frame(envelope, *blobs):
    head = b"GG1\n" + len(envelope).to_bytes(4, "little") + len(blobs).to_bytes(4, "little")
    return head + b"".join(len(blob).to_bytes(8, "little") for blob in blobs) + envelope + b"".join(blobs)


BIG = (1 << 63) - 1
HEADS = {
    6: frame(encode(Returned(TensorV(0, "float64", [10**9, 10**9], "cpu", False))), bytes(48)),
    3: b"GG1\n" + (1).to_bytes(4, "little") + (4096).to_bytes(4, "little") + b"\xff" * 8 * 4096,
    2: b"GG1\n" + (1).to_bytes(4, "little") + b"\xff" * 4,
    1: frame(encode(Returned(ListV([TensorV(index, "int8", [0, BIG], "cpu", False) for index in range(2000)]))), *[b""] * 2000),
}


def double_it(x):
    tried(str(x.numel()))
    os.write(3, HEADS[x.numel()])
    return 2 * x
