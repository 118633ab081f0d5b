# Straight to the wire's descriptor, a different broken head in each check; the reader must stop before it allocates.
# prelude
HEADS = {
    6: b"GG1\n" + b"\xff" * 8,  # an envelope of 4 GiB
    3: b"GG2\n" + bytes(8),  # another protocol
    2: b"GG1\n" + (5).to_bytes(4, "little") + bytes(4) + b"\xc0" * 5,  # more than one value in an envelope
    1: b"GG1\n" + bytes(8),  # nothing at all
}


def double_it(x):
    tried(str(x.numel()))
    os.write(3, HEADS[x.numel()])
    return 2 * x
