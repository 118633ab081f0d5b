# Extension types, unknown tags, a name of torch, a function, an Answer, a Load: nothing of it is a result.
# prelude
from grader.wire.messages import Answer, Begin, CallbackV, GeneratorV, KnownV, PublicV, Returned, encode

def frame(envelope, *blobs):
    head = b"GG1\n" + len(envelope).to_bytes(4, "little") + len(blobs).to_bytes(4, "little")
    return head + b"".join(len(blob).to_bytes(8, "little") for blob in blobs) + envelope + b"".join(blobs)


HEADS = {
    6: frame(encode(Returned(PublicV("torch.load")))),
    3: frame(b"\x82\xa4type\xa8returned\xa5value\xc7\x04\x01abcd"),  # an extension type
    2: frame(encode(Answer(1.0))),
    1: frame(b"\x82\xa4type\xa6pickle\xa5value\xc4\x02cp"),
}
MORE = [encode(Begin(1)), encode(Returned(CallbackV(0))), encode(Returned(KnownV(10**6))), encode(Returned(GeneratorV(0, 1)))]


def double_it(x):
    tried(str(x.numel()))
    os.write(3, HEADS[x.numel()])
    os.write(3, b"".join(map(frame, MORE)))
    return 2 * x
