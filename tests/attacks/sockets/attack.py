# The network is the way out; loopback and Unix sockets are the way to everything that runs here.
# prelude

if FIRST:
    for family in range(48):
        for kind in (1, 2, 3, 5, 0x80001, 0x80801):
            refused("families", 41, family, kind, 0)
            refused("pairs", 53, family, kind, 0, (ctypes.c_int * 2)())
    attempt("tcp", socket.create_connection, ("127.0.0.1", WORLD["tcp_port"]), 1)
    attempt("tcp6", socket.create_connection, ("::1", WORLD["tcp_port"]), 1)
    attempt("world", socket.create_connection, ("192.0.2.1", 80), 1)
    attempt("name", socket.getaddrinfo, "localhost", 80)
    attempt("http", __import__("urllib.request").request.urlopen, f"http://127.0.0.1:{WORLD['tcp_port']}/", timeout=1)
    attempt("server", socket.create_server, ("127.0.0.1", 0))
    attempt("shell", subprocess.run, ["bash", "-c", f"exec 9<>/dev/tcp/127.0.0.1/{WORLD['tcp_port']}"], check=True, capture_output=True)
    attempt("shell udp", subprocess.run, ["bash", "-c", f"echo x >/dev/udp/127.0.0.1/{WORLD['udp_port']}"], check=True, capture_output=True)
    attempt("netlink", socket.socket, socket.AF_NETLINK, socket.SOCK_RAW, 0)
    attempt("packet", socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 3)
    attempt("crypto", socket.socket, socket.AF_ALG, socket.SOCK_SEQPACKET)
    attempt("machine", socket.socket, socket.AF_VSOCK, socket.SOCK_STREAM)
    attempt("interfaces", socket.if_nameindex)
    import multiprocessing.connection

    for address in (WORLD["path"], "\0" + WORLD["abstract"]):
        attempt("unix", multiprocessing.connection.Client, address)
