# A descriptor that a parent forgot to close is a door.
# prelude
import fcntl

if FIRST:
    tried("numbers")
    for fd in [*range(70_000), 1 << 20, (1 << 31) - 1]:
        try:
            kind = os.fstat(fd).st_mode
        except OSError:
            continue
        if fd > 3:
            loot(f"{fd}: {oct(kind)}")
    attempt("read stdout", os.read, 1, 10)
    attempt("read stderr", os.read, 2, 10)
    attempt("write stdin", os.write, 0, b"x")
    tried("stdin")
    if os.read(0, 10) != b"":
        loot("something on stdin")
    wire = socket.socket(fileno=os.dup(3))
    tried("peer")
    pid, uid, gid = __import__("struct").unpack("3i", wire.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    if pid != 0:
        loot(f"the number of the peer: {pid}")
    refused("peer's descriptor", 438, 3, 0, 0)  # pidfd_getfd
    tried("peer pidfd")
    try:
        fd = __import__("struct").unpack("i", wire.getsockopt(socket.SOL_SOCKET, 77, 4))[0]  # SO_PEERPIDFD
    except OSError as refusal:
        print("SO_PEERPIDFD", refusal)
    else:  # of the process that made the pair: the host. What is it good for?
        refused("peer pidfd", 424, fd, 0, 0, 0, by=())  # pidfd_send_signal
        refused("peer pidfd", 438, fd, 0, 0, by=())  # pidfd_getfd
        refused("peer pidfd", 308, fd, 0x20000000, by=())  # setns
        refused("peer pidfd", 440, fd, 0, 0, 4, 0, by=())  # process_madvise
        refused("peer pidfd", 448, fd, 0, by=())  # process_mrelease
        for number in range(1, 12):  # ioctl PIDFD_GET_..._NAMESPACE, PIDFD_GET_INFO
            refused("peer pidfd", 16, fd, 0xFF00 | number, 0, by=())
        info = ctypes.create_string_buffer(b"\x3f" + bytes(127), 128)
        refused("peer pidfd", 16, fd, 0xC040FF0B, info, by=())
        attempt("peer pidfd", os.waitid, os.P_PIDFD, fd, os.WEXITED | os.WNOHANG)
        os.close(fd)
    tried("rights")
    wire.settimeout(0.05)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    try:
        data, rights, _, _ = wire.recvmsg(1, 4096, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        if rights:
            loot(f"rights: {rights}")
    except (BlockingIOError, TimeoutError):
        pass
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
    wire.setblocking(True)
    for fd in range(4):
        for name in ("/dev/fd", "/proc/self/fd"):
            attempt("reopen", os.open, f"{name}/{fd}", os.O_RDWR)
    attempt("owner", lambda: 1 / fcntl.fcntl(3, fcntl.F_GETOWN))
    wire.close()
