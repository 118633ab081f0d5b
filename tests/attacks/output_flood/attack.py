# 64 kB of each are kept. The rest must cost nobody any memory, and must not hold the writer's end up for ever.
# prelude
def exhaust():
    tried("start")
    line = b"owned " * 10_000 + b"\n"
    end = time.monotonic() + 30
    while time.monotonic() < end:
        os.write(1, line)
        os.write(2, line)


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
