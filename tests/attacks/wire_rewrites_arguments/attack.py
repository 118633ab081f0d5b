# The guest may say that an argument has changed. What if the check's tensors become what suits the answer?
# prelude
from grader.wire.frames import SocketChannel
from grader.wire.messages import Change, KnownV, Returned, TensorV, encode

send = SocketChannel.send

def frame(envelope, *blobs):
    head = b"GG1\n" + len(envelope).to_bytes(4, "little") + len(blobs).to_bytes(4, "little")
    return head + b"".join(len(blob).to_bytes(8, "little") for blob in blobs) + envelope + b"".join(blobs)


def changed(number, shape, dtype="float32"):
    size = {"float32": 4, "float64": 8}[dtype]
    for length in shape:
        size *= length
    return frame(encode(Returned(KnownV(1), [Change(number, TensorV(0, dtype, shape, "cpu", False, known=number))])), bytes(size))


HEADS = {6: lambda: changed(1, [2, 3], "float64"), 3: lambda: changed(1, [1000, 1000]), 2: lambda: changed(7, [2])}


def double_it(x):
    tried(str(x.numel()))
    with socket.socket(fileno=os.dup(3)) as wire:
        wire.sendall(HEADS[x.numel()]())
    SocketChannel.send = keep_quiet


def keep_quiet(self, envelope, blobs):
    SocketChannel.send = send  # the true answer is left out, the next one is sent


