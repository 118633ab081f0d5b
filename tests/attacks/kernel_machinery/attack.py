# Large parts of the kernel that honest exercises never need.
# prelude

if FIRST:
    block = ctypes.create_string_buffer(256)
    for command in range(40):
        refused("bpf", 321, command, block, 128)
    for kind in range(6):
        refused("perf", 298, ctypes.create_string_buffer(bytes([kind, 0, 0, 0, 128]), 128), 0, -1, -1, 0)
    for flags in (0, 1, 2):
        ctypes.memset(block, 0, 256)
        refused("io_uring", 425, 4, block)
    for fd in (-1, 0, 3):
        refused("io_uring enter", 426, fd, 1, 1, 0, 0, 0)
        for operation in range(8):
            refused("io_uring register", 427, fd, operation, block, 1)
    for flags in (0, 1, 0x80000, 0x80801):
        refused("userfaultfd", 323, flags)
    attempt("userfaultfd device", os.open, "/dev/userfaultfd", os.O_RDWR)
    refused("add_key", 248, b"user", b"owned", b"x", 1, -3)
    refused("request_key", 249, b"user", b"owned", 0, -3)
    for operation in range(33):
        refused("keyctl", 250, operation, -3, 0, 0, 0)
    refused("handles", 303, -100, b"/usr", block, block, 0)
    refused("open by handle", 304, 3, block, 0)
    refused("vmsplice", 278, 1, block, 1, 0)
    refused("personality", 135, 0x0040000)
    refused("memory protection", 447, 0)
    refused("fanotify", 300, 0, 0)
    for number in (136, 139, 153, 156, 163, 167, 168, 172, 173, 174, 177, 178, 180, 181, 183, 184, 185, 212, 236):
        refused("relics", number, -1, -1, -1, -1, -1, -1, by=())
