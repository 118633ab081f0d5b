# A guest holds one socket. Can it be led to somebody else than the examiner?
# prelude

if FIRST:
    wire = socket.socket(fileno=os.dup(3))
    addresses = [WORLD["path"], "\0" + WORLD["abstract"], "\0" + WORLD["abstract"] + "-datagrams", "\0owned"]
    for address in addresses:
        attempt("connect", wire.connect, address)
        attempt("send", wire.sendto, b"", address)
        attempt("message", wire.sendmsg, [b""], [], 0, address)
        attempt("bind", wire.bind, address)
    attempt("tcp", wire.connect, ("127.0.0.1", WORLD["tcp_port"]))
    attempt("listen", wire.listen)
    attempt("accept", wire.accept)
    refused("accept4", 288, 3, 0, 0, 0)
    refused("disconnect", 42, 3, ctypes.create_string_buffer(16), 16)  # connect with AF_UNSPEC
    refused("buffer", 54, 3, 1, 33, ctypes.byref(ctypes.c_int(1 << 30)), 4)  # SO_RCVBUFFORCE
    refused("buffer to send", 54, 3, 1, 32, ctypes.byref(ctypes.c_int(1 << 30)), 4)
    refused("mark", 54, 3, 1, 36, ctypes.byref(ctypes.c_int(1)), 4)
    refused("bpf", 54, 3, 1, 50, ctypes.byref(ctypes.c_int(1)), 4, by=("EPERM", "EINVAL", "EBADF", "EOPNOTSUPP"))
    tried("names")
    if wire.getsockname() or wire.getpeername():
        loot((wire.getsockname(), wire.getpeername()))
    wire.close()
