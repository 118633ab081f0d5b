# Filters add up and the strictest counts. Does it, with a listener, with threads, with flags, after exec?
# prelude


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def filter_of(answer):
    data = ctypes.create_string_buffer((6).to_bytes(2, "little") + b"\0\0" + answer.to_bytes(4, "little"), 8)
    program = Program(1, ctypes.addressof(data))
    program.kept = data
    return program


if FIRST:
    attempts = {"allow": 0x7FFF0000, "log": 0x7FFC0000, "trace": 0x7FF00000}
    for word, answer in attempts.items():

        def with_filter():
            program = filter_of(answer)
            libc.prctl(22, 2, ctypes.byref(program), 0, 0)
            for flags in (0, 1, 2, 4):
                system_call(317, 1, flags, ctypes.byref(program))
            return 0 if system_call(41, 1, 1, 0)[0] == -1 and system_call(272, 0x10000000)[0] == -1 else 3

        print("TRIED", word, flush=True)
        if in_child(with_filter) == 3:
            loot(f"{word}: a refused call was made")

    def with_listener():
        program = filter_of(0x7FC00000)  # tell a listener; only for this thread, which then hears of its own calls
        fd, error = system_call(317, 1, 8 | 16, ctypes.byref(program))
        return 0

    tried("listener")

    def one_call_to_a_listener():
        # Only socket() is told; a second thread answers "go on" to it. The first filter must still refuse.
        import struct

        code = struct.pack("<HBBI", 0x20, 0, 0, 0) + struct.pack("<HBBI", 0x15, 0, 1, 41)
        code += struct.pack("<HBBI", 6, 0, 0, 0x7FC00000) + struct.pack("<HBBI", 6, 0, 0, 0x7FFF0000)
        data = ctypes.create_string_buffer(code, len(code))
        program = Program(4, ctypes.addressof(data))
        fd, error = system_call(317, 1, 8, ctypes.byref(program))
        if fd < 0:
            return 0

        def answer():
            import fcntl

            asked = bytearray(80)
            fcntl.ioctl(fd, 0xC0502100, asked)
            fcntl.ioctl(fd, 0xC0182101, bytes(asked[:8]) + bytes(8) + struct.pack("<iI", 0, 1))

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        return 3 if system_call(41, 1, 1, 0)[0] != -1 else 0

    if in_child(lambda: signal.alarm(1) or one_call_to_a_listener()) == 3:
        loot("a listener let a refused call through")
    for request, args in ((22, (0,)), (35, (1, 0)), (35, (8, id(None))), (35, (13, 0))):
        refused("prctl", 157, request, *args, 0, 0, 0, by=())
    refused("strict", 317, 0, 1, 0, by=("EINVAL",))
    tried("own")
    if libc.prctl(21, 0, 0, 0, 0) != 2 or libc.prctl(39, 0, 0, 0, 0) != 1:
        loot("the filter is off")
    for request, value in ((1, 0), (36, 1), (8, 1), (0x59616D61, -1), (29, 0), (3, 0)):
        libc.prctl(request, value, 0, 0, 0)  # death signal off, subreaper, keep capabilities, anybody may trace, timer
    refused("after", 41, 1, 1, 0)
    for number in (41, 272, 101, 319):
        tried("high bits")
        result, error = system_call(number | 1 << 32, 0x10000000 if number == 272 else 1, 1, 0)
        if result != -1:
            loot(f"number {number} with bit 32: {result}")
    for flags in (0x21, 0x23, 0x21 | 1 << 33, 0x8021, 0x40021, 0x61):
        tried("shared memory")
        result, error = system_call(9, 0, 4096, 3, flags, -1, 0)
        if result != -1:
            loot(f"mmap with {flags:#x}")
