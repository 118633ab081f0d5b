# What stands in a pipe is the kernel's memory and nobody's.
# prelude
import fcntl


def fill():
    held = 0
    try:
        while True:
            reading, writing = os.pipe()
            try:
                fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1 << 20)
            except OSError:
                pass
            os.set_blocking(writing, False)
            try:
                while True:
                    held += os.write(writing, bytes(1 << 16))
            except BlockingIOError:
                pass
    except OSError:
        return held


if FIRST:
    tried("fill")
    reading, writing = os.pipe()
    for _ in range(8):
        if os.fork() == 0:
            os.write(writing, fill().to_bytes(8, "little"))
            time.sleep(20)
            os._exit(0)
    held = sum(int.from_bytes(os.read(reading, 8), "little") for _ in range(8))
    tried("full")
    print(held >> 20, "MB")
    if held > 128 << 20:
        loot(f"{held >> 20} MB in pipes")
