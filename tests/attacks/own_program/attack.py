# A program without libc and without Python: it asks for a socket, a mount, a namespace and a trace, and counts what it got.
# prelude
import struct

CALLS = [(41, 2, 1, 0), (41, 1, 1, 0), (272, 0x10000000, 0, 0), (165, 0, 0, 0), (101, 0, 0, 0), (319, 0, 0, 0), (321, 0, 0, 0), (250, 0, 0, 0)]


def program():
    body = b"\x45\x31\xf6"  # xor r14d, r14d
    for number, *args in CALLS:
        body += b"\xb8" + struct.pack("<I", number)
        for register, argument in zip((b"\xbf", b"\xbe", b"\xba"), args):
            body += register + struct.pack("<I", argument)
        body += b"\x45\x31\xd2\x45\x31\xc0\x45\x31\xc9\x0f\x05"  # xor r10d, r8d, r9d; syscall
        body += b"\x48\x83\xf8\xff\x74\x03\x41\xff\xc6"  # cmp rax, -EPERM; je over; inc r14d
    body += b"\x44\x89\xf7\xb8\x3c\x00\x00\x00\x0f\x05"  # exit(r14d)
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400078, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    head += struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, 120 + len(body), 120 + len(body), 4096)
    return head + body


if FIRST:
    path = f"{SCRATCH}/owned_program"
    with open(path, "wb") as file:
        file.write(program())
    os.chmod(path, 0o755)

    def judge(word, start):
        tried(word)
        child = os.fork()
        if child == 0:
            try:
                start()
            finally:
                os._exit(98)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(word, status)
        if 0 < status < 98:
            loot(f"{word}: {status} calls were not refused")
        return status

    if judge("execve", lambda: os.execv(path, [path])) == 0:
        tried("ran")
    fd = os.open(path, os.O_RDONLY)
    judge("fexecve", lambda: os.execve(fd, ["x"], {}))
    judge("execveat", lambda: libc.syscall(322, fd, b"", (ctypes.c_char_p * 2)(b"x", None), (ctypes.c_char_p * 1)(None), 0x1000))
    judge("loader", lambda: os.execv("/lib64/ld-linux-x86-64.so.2", ["ld", path]))
    judge("shell", lambda: os.execv("/bin/sh", ["sh", "-c", f"exec {path}"]))
    os.close(fd)
    os.chmod(path, 0o6755)
    judge("set-user-id", lambda: os.execv(path, [path]))
    attempt("memory file", os.memfd_create, "owned")
    refused("secret memory", 447, 0)
    os.unlink(path)
