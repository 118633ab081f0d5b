# shutdown() one way, and then silence.
# prelude
def exhaust():
    tried("start")
    with socket.socket(fileno=os.dup(3)) as wire:
        wire.shutdown(socket.SHUT_RD)
    time.sleep(30)


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
