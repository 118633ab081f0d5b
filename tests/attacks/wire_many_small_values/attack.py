# Eight megabytes of bytes can be two million objects when they are read.
# prelude
def exhaust():
    tried("start")
    envelope = b"\x82\xa4type\xa8returned\xa5value\x92\xa1l\xdd" + (1_200_000).to_bytes(4, "big") + b"\x92\xa1l\x90" * 1_200_000
    with socket.socket(fileno=os.dup(3)) as wire:
        wire.sendall(b"GG1\n" + len(envelope).to_bytes(4, "little") + bytes(4) + envelope)
    time.sleep(30)


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
